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
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/oklog/ulid/v2"

	"flagrante/capture/har"
	"flagrante/proxy"
)

const ms = time.Millisecond

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

func clock(second, millis int) time.Time {
	return time.Date(2026, 3, 2, 12, 0, second, millis*1e6, time.UTC)
}

func whole(text string) proxy.Body {
	return proxy.Body{Data: []byte(text), Size: int64(len(text)), Complete: true}
}

func TestReadProducers(t *testing.T) {
	none := proxy.Body{Complete: true}
	tests := []struct {
		file string
		want []*proxy.Exchange
	}{
		{"chromium.har", []*proxy.Exchange{
			{
				Start: clock(1, 250),
				Request: proxy.Request{
					Method: "POST", URL: "https://api.banco.example/pix/v2/cob?expand=devedor", Proto: "HTTP/2.0",
					Header: proxy.Fields{{Name: "accept-encoding", Value: "gzip, deflate, br, zstd"}, {Name: "content-type", Value: "application/json"}},
					Body:   whole(`{"valor":"150,00"}`),
				},
				Response: &proxy.Response{
					Status: 422, Proto: "HTTP/2.0",
					Header: proxy.Fields{
						{Name: "content-type", Value: "application/problem+json"}, {Name: "set-cookie", Value: "a=1; Path=/"},
						{Name: "set-cookie", Value: "b=2; Path=/"}, {Name: "x-request-id", Value: "req-1"},
					},
					Body: whole(`{"title":"valor não é numérico"}`),
				},
				Phases:   proxy.Phases{DNS: 20 * ms, Connect: 40 * ms, TLS: 30 * ms, Send: 5 * ms, Wait: 80 * ms, Receive: 5 * ms, Total: 190500 * time.Microsecond},
				Upstream: proxy.Upstream{Addr: "[2001:db8::7]:443"},
			},
			{
				Start: clock(2, 0),
				Request: proxy.Request{
					Method: "GET", URL: "https://api.banco.example/boletos/7/pdf", Proto: "HTTP/1.1",
					Header: proxy.Fields{{Name: "Accept", Value: "application/pdf"}}, Body: none,
				},
				Response: &proxy.Response{
					Status: 200, Reason: "OK", Proto: "HTTP/1.1", Header: proxy.Fields{{Name: "Content-Length", Value: "5000"}},
					Body: proxy.Body{Data: []byte("%PDF"), Size: 4, Err: "net::ERR_CONTENT_LENGTH_MISMATCH"},
				},
				Phases:   proxy.Phases{Send: ms, Wait: 8 * ms, Receive: 2 * ms, Total: 12 * ms},
				Upstream: proxy.Upstream{Addr: "192.0.2.7:443"},
			},
			{
				Start:   clock(3, 0),
				Request: proxy.Request{Method: "GET", URL: "https://api.banco.exmple/saldo", Body: none},
				Err:     &proxy.Error{Type: "dns_error", Phase: proxy.PhaseDNS, Text: "the host name could not be looked up (net::ERR_NAME_NOT_RESOLVED)"},
				Phases:  proxy.Phases{Total: 31 * ms},
			},
			{
				Start:   clock(4, 0),
				Request: proxy.Request{Method: "GET", URL: "https://api.banco.example/extrato", Body: none},
				Aborted: true,
				Phases:  proxy.Phases{Total: 900 * ms},
			},
		}},
		{"firefox.har", []*proxy.Exchange{
			{
				Start: clock(0, 500),
				Request: proxy.Request{
					Method: "POST", URL: "https://auth.banco.example/oauth/token", Proto: "HTTP/2.0",
					Header: proxy.Fields{{Name: "Host", Value: "auth.banco.example"}, {Name: "Content-Type", Value: "application/x-www-form-urlencoded"}},
					Body:   whole("grant_type=client_credentials&escopo=pix+cob"),
				},
				Response: &proxy.Response{
					Status: 401, Proto: "HTTP/2.0", Header: proxy.Fields{{Name: "content-type", Value: "application/json"}},
					Body: proxy.Body{Data: []byte(`{"error":"invalid_client"`), Size: 2000000, Complete: true},
				},
				Phases:   proxy.Phases{DNS: 5 * ms, Connect: 20 * ms, TLS: 15 * ms, Wait: 60 * ms, Total: 100 * ms},
				Upstream: proxy.Upstream{Addr: "192.0.2.9:443"},
			},
			{
				Start:   clock(1, 0),
				Request: proxy.Request{Method: "GET", URL: "https://expirado.banco.example/", Body: none},
				Err:     &proxy.Error{Type: "tls_protocol_error", Phase: proxy.PhaseTLS, Text: "the secure connection failed"},
				Phases:  proxy.Phases{Connect: 2 * ms, TLS: 4 * ms, Total: 6 * ms},
			},
		}},
		{"mitmproxy.har", []*proxy.Exchange{
			{
				Start: clock(0, 123).Add(456 * time.Microsecond),
				Request: proxy.Request{
					Method: "PUT", URL: "http://127.0.0.1:8080/ted/9", Proto: "HTTP/1.1",
					Header: proxy.Fields{{Name: "Host", Value: "127.0.0.1:8080"}, {Name: "Content-Type", Value: "text/xml"}},
					Body:   whole("<ted/>"),
				},
				Response: &proxy.Response{
					Status: 500, Reason: "Internal Server Error", Proto: "HTTP/1.1",
					Header: proxy.Fields{{Name: "Content-Type", Value: "text/xml"}}, Body: whole("<fault/>"),
				},
				Phases:   proxy.Phases{Connect: 50 * ms, TLS: 20 * ms, Send: 500 * time.Microsecond, Wait: 20 * ms, Receive: 10 * ms, Total: 100500 * time.Microsecond},
				Upstream: proxy.Upstream{Addr: "127.0.0.1:8080"},
			},
			{
				Start:    clock(1, 0),
				Request:  proxy.Request{Method: "GET", URL: "https://api.banco.example/pix", Proto: "HTTP/2.0", Body: none},
				Err:      &proxy.Error{Type: "tls_certificate_error", Phase: proxy.PhaseTLS, Text: "the vendor's certificate was not accepted"},
				Phases:   proxy.Phases{Send: 1500 * time.Microsecond, Total: 1500 * time.Microsecond},
				Upstream: proxy.Upstream{Addr: "192.0.2.7:443"},
			},
		}},
		{"safari.har", []*proxy.Exchange{
			{
				Start: clock(0, 0),
				Request: proxy.Request{
					Method: "GET", URL: "https://api.banco.example/contas", Proto: "HTTP/2.0",
					Header: proxy.Fields{{Name: "Accept", Value: "*/*"}}, Body: none,
				},
				Response: &proxy.Response{
					Status: 503, Reason: "Service Unavailable", Proto: "HTTP/2.0", Header: proxy.Fields{{Name: "Content-Type", Value: "text/plain"}},
					Body: proxy.Body{Data: []byte("fora"), Size: 8, Complete: true},
				},
				Phases:   proxy.Phases{DNS: 10 * ms, Connect: 50 * ms, TLS: 40 * ms, Send: 500 * time.Microsecond, Wait: 149500 * time.Microsecond, Total: 250 * ms},
				Upstream: proxy.Upstream{Addr: "192.0.2.7:443"},
			},
			{
				Start:   clock(1, 0),
				Request: proxy.Request{Method: "GET", URL: "https://api.banco.example/contas", Body: none},
				Err:     &proxy.Error{Type: "connection_refused", Phase: proxy.PhaseConnect, Text: "the connection was refused"},
				Phases:  proxy.Phases{Total: 3 * ms},
			},
		}},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			got := read(t, bytes.NewReader(recording(t, test.file)))
			if diff := cmp.Diff(test.want, got, addrs, cmpopts.IgnoreFields(proxy.Exchange{}, "ID")); diff != "" {
				t.Error(diff)
			}
			for _, e := range got {
				id, err := ulid.ParseStrict(e.ID)
				if err != nil || id.Time() != uint64(e.Start.UnixMilli()) {
					t.Errorf("ID %q of an exchange of %s: %v", e.ID, e.Start, err)
				}
			}
		})
	}
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
	with := func(old, new string) string {
		return `{"log":{"entries":[` + good + `,` + strings.Replace(good, old, new, 1) + `]}}`
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
