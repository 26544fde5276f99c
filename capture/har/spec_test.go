package har_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"flagrante/capture/har"
)

// rule says what the specification (HAR 1.2) wants of one field. The first
// character of a kind is the JSON type: s, n, o, a; then ? for what may be
// missing.
type rules map[string]string

func specification() map[string]rules {
	return map[string]rules{
		"log":      {"version": "s", "creator": "o", "browser": "o?", "pages": "a?", "entries": "a", "comment": "s?"},
		"creator":  {"name": "s", "version": "s", "comment": "s?"},
		"entries":  {"pageref": "s?", "startedDateTime": "s", "time": "n", "request": "o", "response": "o", "cache": "o", "timings": "o", "serverIPAddress": "s?", "connection": "s?", "comment": "s?"},
		"request":  {"method": "s", "url": "s", "httpVersion": "s", "cookies": "a", "headers": "a", "queryString": "a", "postData": "o?", "headersSize": "n", "bodySize": "n", "comment": "s?"},
		"response": {"status": "n", "statusText": "s", "httpVersion": "s", "cookies": "a", "headers": "a", "content": "o", "redirectURL": "s", "headersSize": "n", "bodySize": "n", "comment": "s?"},
		"headers":  {"name": "s", "value": "s", "comment": "s?"},
		"postData": {"mimeType": "s", "params": "a?", "text": "s", "comment": "s?"},
		"content":  {"size": "n", "compression": "n?", "mimeType": "s", "text": "s?", "encoding": "s?", "comment": "s?"},
		"cache":    {"beforeRequest": "o?", "afterRequest": "o?", "comment": "s?"},
		"timings":  {"blocked": "n?", "dns": "n?", "connect": "n?", "send": "n", "wait": "n", "receive": "n", "ssl": "n?", "comment": "s?"},
	}
}

// violations returns what of v, which stands at name, is not as the specification
// wants it.
func violations(name string, v any) (found []string) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			for _, f := range violations(name, item) {
				found = append(found, fmt.Sprintf("[%d]%s", i, f))
			}
		}
	case map[string]any:
		key := name
		if name == "queryString" {
			key = "headers"
		}
		known := specification()[key]
		for field, kind := range known {
			if _, ok := v[field]; !ok && !strings.HasSuffix(kind, "?") {
				found = append(found, "."+field+" is missing")
			}
		}
		for field, value := range v {
			kind, ok := known[field]
			if strings.HasPrefix(field, "_") {
				continue
			}
			if !ok || kind[0] != jsonType(value) {
				found = append(found, fmt.Sprintf(".%s is %T", field, value))
				continue
			}
			for _, f := range violations(field, value) {
				found = append(found, "."+field+f)
			}
		}
	}
	slices.Sort(found)
	return found
}

func jsonType(v any) byte {
	switch v.(type) {
	case string:
		return 's'
	case float64:
		return 'n'
	case map[string]any:
		return 'o'
	case []any:
		return 'a'
	}
	return 0
}

// TestWriteIsHAR holds what is written against the specification.
func TestWriteIsHAR(t *testing.T) {
	var file bytes.Buffer
	if err := har.Write(&file, har.Creator{Name: "flagrante", Version: "0.1.0"}, failures()); err != nil {
		t.Fatal(err)
	}
	var got struct{ Log map[string]any }
	if err := json.Unmarshal(file.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if found := violations("log", got.Log); len(found) > 0 {
		t.Error(found)
	}
	entries, _ := got.Log["entries"].([]any)
	if got.Log["version"] != "1.2" || len(entries) != len(failures()) {
		t.Errorf("version %v with %d entries", got.Log["version"], len(entries))
	}
	for i, e := range entries {
		checkValues(t, i, e.(map[string]any))
	}
}

// checkValues checks what the specification says of values and not of types.
func checkValues(t *testing.T, i int, e map[string]any) {
	t.Helper()
	if _, err := time.Parse(time.RFC3339Nano, e["startedDateTime"].(string)); err != nil {
		t.Errorf("entry %d: %v", i, err)
	}
	if addr, ok := e["serverIPAddress"]; ok {
		if _, err := netip.ParseAddr(addr.(string)); err != nil {
			t.Errorf("entry %d: %v", i, err)
		}
	}
	sum := 0.0
	for name, value := range e["timings"].(map[string]any) {
		if value := value.(float64); value > 0 && name != "ssl" {
			sum += value
		}
	}
	if total := e["time"].(float64); math.Abs(sum-total) > 1e-6 {
		t.Errorf("entry %d: the timings sum up to %v, the time is %v", i, sum, total)
	}
}

// TestSpecificationFindsWhatIsWrong makes sure that the check above can fail.
func TestSpecificationFindsWhatIsWrong(t *testing.T) {
	log := map[string]any{"version": 1.2, "entries": []any{}, "extra": "", "_own": true, "creator": map[string]any{"name": "x", "version": nil}}
	want := []string{".creator.version is <nil>", ".extra is string", ".version is float64"}
	if found := violations("log", log); !slices.Equal(found, want) {
		t.Errorf("%q, want %q", found, want)
	}
}
