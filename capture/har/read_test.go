package har_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture/har"
	"flagrante/proxy"
)

// addrs lets addresses be compared, which keep their value to themselves.
var addrs = cmpopts.EquateComparable(netip.AddrPort{})

func read(t *testing.T, r io.Reader) []*proxy.Exchange {
	t.Helper()
	var all []*proxy.Exchange
	err := har.Read(r, func(e *proxy.Exchange) error {
		all = append(all, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func recording(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "har", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReadGivesTheSameIDs(t *testing.T) {
	one := `{"startedDateTime":"2026-03-02T12:00:00Z","request":{"method":"GET","url":"http://a.example/"},"response":{"status":500}}`
	other := strings.Replace(one, "500", "503", 1)
	file := `{"log":{"entries":[` + one + `,` + one + `,` + other + `]}}`
	first, second := read(t, strings.NewReader(file)), read(t, strings.NewReader(file))
	ids := map[string]bool{}
	for i, e := range first {
		ids[e.ID] = true
		if e.ID != second[i].ID {
			t.Errorf("entry %d is %s, then %s", i, e.ID, second[i].ID)
		}
	}
	if len(ids) != 3 {
		t.Errorf("three entries have the IDs %v", ids)
	}
}

func TestReadUnpacks(t *testing.T) {
	plain := recording(t, "chromium.har")
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	want := read(t, bytes.NewReader(plain))
	if diff := cmp.Diff(want, read(t, &zipped), addrs); diff != "" {
		t.Errorf("gzip: %s", diff)
	}
	if diff := cmp.Diff(want, read(t, io.MultiReader(strings.NewReader("\ufeff"), bytes.NewReader(plain))), addrs); diff != "" {
		t.Errorf("byte order mark: %s", diff)
	}
}

func TestReadErrors(t *testing.T) {
	good := `{"startedDateTime":"2026-03-02T12:00:00Z","request":{"method":"GET","url":"http://a.example/"},"response":{"status":500}}`
	with := func(old, by string) string {
		return `{"log":{"entries":[` + good + `,` + strings.Replace(good, old, by, 1) + `]}}`
	}
	const second = "read log.entries[1] of the HAR (1 read before it): "
	tests := map[string]struct{ file, want string }{
		"empty":       {"", "read the HAR: unexpected EOF"},
		"no HAR":      {`{"openapi":"3.1.0"}`, "read the HAR: there is no log.entries in it"},
		"an array":    {`[]`, `read the HAR: "{" was expected where something else stands`},
		"cut":         {strings.TrimSuffix(with("", ""), "]}}"), "read log.entries[2] of the HAR (2 read before it): unexpected EOF"},
		"cut inside":  {with("", "")[:260], second + "unexpected EOF"},
		"no zone":     {with("00Z", "00"), second + "startedDateTime is not a time with its zone (ISO 8601)"},
		"before 1970": {with("2026", "1960"), second + "startedDateTime is outside the time that an ID can hold"},
		"relative":    {with("http://a.example", ""), second + "request.url is not an absolute URL"},
		"no host":     {with("a.example", ""), second + "request.url names no host"},
		"no method":   {with("GET", "GE T"), second + "request.method is not an HTTP method"},
		"wrong type":  {with(`"GET"`, `4711`), second + "request.method must not be a JSON number"},
		"status":      {with("500", "5000"), second + "response.status is not an HTTP status code"},
		"base64":      {with("500", `500,"content":{"text":"%","encoding":"base64"}`), second + "response.content.text: it is not the base64 that it claims to be"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := har.Read(strings.NewReader(test.file), func(*proxy.Exchange) error { return nil })
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestReadStopsWhenTheTakerDoes(t *testing.T) {
	full := errors.New("the disk is full")
	calls := 0
	err := har.Read(bytes.NewReader(recording(t, "chromium.har")), func(*proxy.Exchange) error {
		calls++
		return full
	})
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("%d calls, then %v", calls, err)
	}
}

func TestReadCapsBodies(t *testing.T) {
	const size = har.BodyLimit + 7
	file := `{"log":{"entries":[{"startedDateTime":"2026-03-02T12:00:00Z","request":{"method":"GET","url":"http://a.example/"},
		"response":{"status":500,"content":{"text":"` + strings.Repeat("x", size) + `"}}}]}}`
	body := read(t, strings.NewReader(file))[0].Response.Body
	if len(body.Data) != har.BodyLimit || body.Size != size || !body.Complete {
		t.Errorf("%d bytes kept, size %d, complete %v", len(body.Data), body.Size, body.Complete)
	}
}

func TestReadRestoresTheCharset(t *testing.T) {
	file := `{"log":{"entries":[{"startedDateTime":"2026-03-02T12:00:00Z","request":{"method":"GET","url":"http://a.example/"},
		"response":{"status":500,"content":{"mimeType":"text/xml; charset=ISO-8859-1","text":"<falha>não</falha>"}}}]}}`
	body := read(t, strings.NewReader(file))[0].Response.Body
	if got := string(body.Data); got != "<falha>n\xe3o</falha>" {
		t.Errorf("%q", got)
	}
}

// TestReadStreams reads 32 MiB that exist nowhere as a whole.
func TestReadStreams(t *testing.T) {
	const entries = 128
	item := func(i int) string {
		return fmt.Sprintf(`{"startedDateTime":"2026-03-02T12:00:00Z","time":%d,"request":{"method":"GET","url":"http://a.example/"},
			"response":{"status":500,"content":{"text":"%s"}}}`, i, strings.Repeat("x", 256<<10))
	}
	r, w := io.Pipe()
	go func() {
		_, err := io.WriteString(w, `{"log":{"entries":[`+item(0))
		for i := 1; i < entries && err == nil; i++ {
			_, err = io.WriteString(w, ","+item(i))
		}
		if err == nil {
			_, err = io.WriteString(w, `]}}`)
		}
		w.CloseWithError(err)
	}()
	count, peak := 0, uint64(0)
	err := har.Read(r, func(*proxy.Exchange) error {
		if count++; count%16 == 0 {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
		return nil
	})
	if err != nil || count != entries {
		t.Fatalf("%d entries, then %v", count, err)
	}
	if peak > 16<<20 {
		t.Errorf("%d MiB of heap were in use", peak>>20)
	}
}

func TestReadRefusesAnEndlessValue(t *testing.T) {
	file := io.MultiReader(strings.NewReader(`{"log":{"comment":"`), endless('x'))
	err := har.Read(file, func(*proxy.Exchange) error { return nil })
	if err == nil || err.Error() != "read the HAR: one value takes more than 64 MiB" {
		t.Error(err)
	}
}

// endless repeats one byte.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "har", "*.har"))
	if err != nil || len(files) == 0 {
		f.Fatalf("%d recordings: %v", len(files), err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = har.Read(bytes.NewReader(data), func(e *proxy.Exchange) error {
			outcomes := 0
			for _, is := range []bool{e.Response != nil, e.Err != nil, e.Aborted && e.Response == nil} {
				if is {
					outcomes++
				}
			}
			if outcomes != 1 || e.ID == "" || !strings.HasPrefix(e.Request.URL, "http") {
				t.Errorf("%+v", e)
			}
			return nil
		})
	})
}
