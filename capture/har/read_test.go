package har_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"flagrante/capture/har"
	"flagrante/proxy"
)

// addrs lets addresses be compared, which keep their value to themselves.
var addrs = cmpopts.EquateComparable(netip.AddrPort{})

func read(t *testing.T, r io.Reader) []*proxy.Exchange {
	t.Helper()
	var all []*proxy.Exchange
	_, err := har.Read(r, func(e *proxy.Exchange) error {
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

// good is an entry with no more than an entry needs.
const good = `{"startedDateTime":"2026-03-02T12:00:00Z","request":{"method":"GET","url":"http://a.example/"},"response":{"status":500}}`

func logOf(entries ...string) string {
	return `{"log":{"entries":[` + strings.Join(entries, ",") + `]}}`
}

func ids(t *testing.T, file string) []string {
	t.Helper()
	var list []string
	for _, e := range read(t, strings.NewReader(file)) {
		list = append(list, e.ID)
	}
	slices.Sort(list)
	return list
}

// TestReadGivesTheSameIDs makes sure that a call is known again: in another
// order, laid out anew, and beside others.
func TestReadGivesTheSameIDs(t *testing.T) {
	other := strings.Replace(good, "500", "503", 1)
	first := ids(t, logOf(good, good, other))
	if len(slices.Compact(slices.Clone(first))) != 3 {
		t.Errorf("three entries have the IDs %v", first)
	}
	if again := ids(t, logOf(other, good, good)); !slices.Equal(first, again) {
		t.Errorf("%v, in another order %v", first, again)
	}
	var laidOut bytes.Buffer
	if err := json.Indent(&laidOut, []byte(logOf(good, good, other)), "\t", "  "); err != nil {
		t.Fatal(err)
	}
	if again := ids(t, laidOut.String()); !slices.Equal(first, again) {
		t.Errorf("%v, laid out anew %v", first, again)
	}
	moved := strings.Replace(other, `"2026-03-02T12:00:00Z"`, `"2026-03-02T09:00:00.000-03:00","_connectionId":7`, 1)
	if again := ids(t, logOf(good, good, moved)); !slices.Equal(first, again) {
		t.Errorf("%v, in another zone %v", first, again)
	}
}

func pack(t *testing.T, plain []byte, packer func(io.Writer) io.WriteCloser) io.Reader {
	t.Helper()
	var packed bytes.Buffer
	w := packer(&packed)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &packed
}

func TestReadUnpacks(t *testing.T) {
	plain := recording(t, "chromium.har")
	want := read(t, bytes.NewReader(plain))
	files := map[string]io.Reader{
		"gzip": pack(t, plain, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }),
		"zlib": pack(t, plain, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }),
		"zstd": pack(t, plain, func(w io.Writer) io.WriteCloser {
			z, err := zstd.NewWriter(w)
			if err != nil {
				t.Fatal(err)
			}
			return z
		}),
		"UTF-16":          transform.NewReader(bytes.NewReader(plain), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		"byte order mark": io.MultiReader(strings.NewReader("\ufeff"), bytes.NewReader(plain)),
		"byte by byte":    iotest.OneByteReader(bytes.NewReader(plain)),
	}
	for name, file := range files {
		if diff := cmp.Diff(want, read(t, file), addrs); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, file := range map[string]string{"zip": "PK\x03\x04", "gzip": "\x1f\x8bx"} {
		if _, err := har.Read(strings.NewReader(file), nil); err == nil || !strings.HasPrefix(err.Error(), "unpack the HAR: ") {
			t.Errorf("broken %s: %v", name, err)
		}
	}
}

// TestReadSeveralLogs takes documents that were put one behind the other.
func TestReadSeveralLogs(t *testing.T) {
	file := logOf(good) + "\n" + logOf() + logOf(strings.Replace(good, "500", "503", 1)) + "\n"
	if got := read(t, strings.NewReader(file)); len(got) != 2 || got[0].Response.Status != 500 || got[1].Response.Status != 503 {
		t.Errorf("%d calls", len(got))
	}
}

// TestReadErrors checks what is said of a file that ends the reading.
func TestReadErrors(t *testing.T) {
	two := logOf(good, good)
	tests := map[string]struct {
		file, want string
		calls      int
	}{
		"empty":        {"", "read the HAR at line 1, byte 0: unexpected EOF", 0},
		"no HAR":       {`{"openapi":"3.1.0"}`, "read the HAR: there is no log.entries in it", 0},
		"an array":     {"\n []", `read the HAR at line 2, byte 2: "{" was expected where something else stands`, 0},
		"a web page":   {"<html>", `read the HAR at line 1, byte 0: "{" was expected where something else stands`, 0},
		"no list":      {`{"log":{"entries":{}}}`, `read the HAR at line 1, byte 18, in log.entries[0]: "[" was expected where something else stands`, 0},
		"cut":          {strings.TrimSuffix(two, "]}}"), fmt.Sprintf("read the HAR at line 1, byte %d, in log.entries[2]: unexpected EOF", len(two)-3), 2},
		"cut inside":   {two[:len(two)-10], fmt.Sprintf("read the HAR at line 1, byte %d, in log.entries[1]: unexpected EOF", len(two)-10), 1},
		"rubbish next": {two + "x", fmt.Sprintf(`read the HAR at line 1, byte %d, in log.entries[2]: "{" was expected where something else stands`, len(two)), 2},
		"no comma":     {logOf(good + good), fmt.Sprintf(`read the HAR at line 1, byte %d, in log.entries[1]: "," was expected where something else stands`, len(logOf(good))-3), 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tally, err := har.Read(strings.NewReader(test.file), func(*proxy.Exchange) error { return nil })
			if err == nil || err.Error() != test.want || tally.Calls != test.calls {
				t.Errorf("got  %d, %v\nwant %d, %s", tally.Calls, err, test.calls, test.want)
			}
		})
	}
}

// TestReadPassesOver checks what is said of an entry that can't be understood,
// and that the one behind it is read.
func TestReadPassesOver(t *testing.T) {
	tests := map[string]struct{ old, by, want string }{
		"no zone":     {"00Z", "00", "startedDateTime is not a time with its zone (ISO 8601)"},
		"before 1970": {"2026", "1960", "startedDateTime is outside the time that an ID can hold"},
		"relative":    {"http://a.example", "", "request.url is not an absolute URL"},
		"no host":     {"a.example", "", "request.url names no host"},
		"no method":   {"GET", "GE T", "request.method is not an HTTP method"},
		"wrong type":  {`"GET"`, `4711`, "request.method must not be a JSON number"},
		"status":      {"500", "5000", "response.status is not an HTTP status code"},
		"no object":   {good, "[]", "an entry must not be a JSON array"},
		"no JSON":     {`"GET"`, `'s3cret'`, "it is not valid JSON"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := logOf(good, "\n"+strings.Replace(good, test.old, test.by, 1), good)
			tally, err := har.Read(strings.NewReader(file), func(*proxy.Exchange) error { return nil })
			want := fmt.Sprintf("read log.entries[1] of the HAR (line 2, byte %d): %s", len(logOf(good))-1, test.want)
			if err == nil || err.Error() != want || tally != (har.Tally{Calls: 2, Unreadable: 1}) {
				t.Errorf("got  %+v, %v\nwant %s", tally, err, want)
			}
		})
	}
}

// TestReadSaysOnlySo makes sure that a file full of errors does not fill the
// screen.
func TestReadSaysOnlySo(t *testing.T) {
	tally, err := har.Read(strings.NewReader(logOf(slices.Repeat([]string{"1"}, 1000)...)), nil)
	if err == nil || strings.Count(err.Error(), "\n") != 10 || !strings.HasSuffix(err.Error(), "\n990 more entries could not be read") || tally.Unreadable != 1000 {
		t.Errorf("%+v, %v", tally, err)
	}
}

// TestReadTakesOddShapes reads what producers make of fields that no one needs.
func TestReadTakesOddShapes(t *testing.T) {
	entry := `{"startedDateTime":"2026-03-02T12:00:00.5-0300","time":"12","cache":[],"timings":null,"serverIPAddress":7,
		"request":{"method":"GET","url":"http://a.example/","httpVersion":null,"cookies":{},"queryString":{},"headersSize":"-1","postData":null},
		"response":{"status":"500","statusText":null,"cookies":null,"content":{"size":"x","mimeType":null,"text":"%","encoding":"base64"},"_error":7}}`
	got := read(t, strings.NewReader(logOf(entry)))[0]
	want := &proxy.Exchange{
		Start:    time.Date(2026, 3, 2, 15, 0, 0, 500e6, time.UTC),
		Request:  proxy.Request{Method: "GET", URL: "http://a.example/", Body: proxy.Body{Complete: true}},
		Response: &proxy.Response{Status: 500, Body: proxy.Body{Complete: true}},
		Phases:   proxy.Phases{Total: 12 * time.Millisecond},
	}
	if diff := cmp.Diff(want, got, addrs, cmpopts.IgnoreFields(proxy.Exchange{}, "ID")); diff != "" {
		t.Error(diff)
	}
}

func TestReadStopsWhenTheTakerDoes(t *testing.T) {
	full := errors.New("the disk is full")
	calls := 0
	_, err := har.Read(bytes.NewReader(recording(t, "chromium.har")), func(*proxy.Exchange) error {
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

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "har", "shaped", "*.har"))
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
		calls := 0
		tally, err := har.Read(bytes.NewReader(data), func(e *proxy.Exchange) error {
			calls++
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
		if tally.Calls != calls || err == nil && tally.Unreadable > 0 {
			t.Errorf("%d calls, %+v, %v", calls, tally, err)
		}
	})
}
