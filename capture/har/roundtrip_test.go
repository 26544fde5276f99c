package har_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture"
	"flagrante/capture/har"
	"flagrante/proxy"
)

// maker makes exchanges of everything that HAR can hold. What it cannot hold is
// left out of them: client and peer, the fields of the tunnel, trailers, how the
// request's body ended, the facts of TLS, the upstream proxy, and more of a
// duration than nanoseconds of a float.
type maker struct{ *rand.Rand }

func (m maker) pick(options ...string) string { return options[m.IntN(len(options))] }

func (m maker) text() string {
	return m.pick("", "a", "não", "\u2028</script>", "a\tb", `"\`, "日本", "😀", " lead", "x: y")
}

func (m maker) span() time.Duration { return time.Duration(m.IntN(4)) * 37 * time.Microsecond }

func (m maker) fields() proxy.Fields {
	var list proxy.Fields
	for range m.IntN(4) {
		list = append(list, proxy.Field{Name: m.pick("X-A", "x-a", "Set-Cookie", "Content-Language"), Value: m.text()})
	}
	if m.IntN(2) == 0 {
		list = append(list, proxy.Field{Name: "Content-Type", Value: m.pick("application/json", "text/xml; charset=ISO-8859-1", "text/plain; charset=utf-16", "image/png", "?;")})
	}
	return list
}

func (m maker) data() []byte {
	data := make([]byte, m.IntN(40))
	for i := range data {
		data[i] = byte(m.IntN(256))
	}
	if m.IntN(2) == 0 {
		data = []byte(m.text() + m.text())
	}
	if len(data) == 0 {
		return nil
	}
	return data
}

func (m maker) body() proxy.Body {
	data := m.data()
	return proxy.Body{Data: data, Size: int64(len(data)), Complete: true}
}

func (m maker) exchange() proxy.Exchange {
	p := proxy.Phases{DNS: m.span(), Connect: m.span(), TLS: m.span(), Send: m.span(), Wait: m.span(), Receive: m.span()}
	p.Total = p.DNS + p.Connect + p.TLS + p.Send + p.Wait + p.Receive + m.span()
	scheme, port := "http", "80"
	if m.IntN(2) == 0 {
		scheme, port = "https", "443"
	}
	e := proxy.Exchange{
		Start: time.Unix(1_700_000_000, m.Int64N(1e18)).UTC(),
		Request: proxy.Request{
			Method: m.pick("GET", "POST", "PUT", "BREW"), URL: scheme + "://api.banco.example/" + m.pick("", "a%20b?c=d&e", "?%zz=%"),
			Proto: m.pick("HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/3.0", ""), Header: m.fields(), Body: m.body(),
		},
		Phases:   p,
		Upstream: proxy.Upstream{Addr: m.pick("", "192.0.2.7:"+port, "[2001:db8::7]:"+port)},
	}
	m.outcome(&e)
	return e
}

func (m maker) outcome(e *proxy.Exchange) {
	switch m.IntN(4) {
	case 0:
		e.Aborted = true
		return
	case 1:
		e.Err = &proxy.Error{Type: m.pick("dns_error", "tls_protocol_error", "connection_timeout"), Phase: proxy.PhaseConnect, Text: m.pick("refused", "it: was (not) there")}
		return
	}
	e.Response = &proxy.Response{
		Status: 100 + m.IntN(900), Reason: m.text(), Proto: m.pick("HTTP/1.1", "HTTP/2.0"), Header: m.fields(), Body: m.body(),
	}
	switch b := &e.Response.Body; m.IntN(5) {
	case 0:
		b.Complete, b.Err = false, m.pick("unexpected EOF", "connection reset by peer")
	case 1:
		b.Complete, e.Aborted = false, true
	case 2:
		b.Size, b.Cut = b.Size+1+m.Int64N(1<<40), true
	case 3:
		if len(b.Data) > 0 {
			e.Response.Header = append(e.Response.Header, proxy.Field{Name: "Content-Encoding", Value: m.pick("gzip", "br")})
			b.Decoded = true
		}
	}
}

// TestRoundTrip writes exchanges, reads them again, and expects them as they
// were; and that writing what was read changes nothing.
func TestRoundTrip(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(1, 2))}
	for i := range 2000 {
		want := m.exchange()
		first := rewrite(t, &want)
		if diff := cmp.Diff(&want, first, addrs, cmpopts.IgnoreFields(proxy.Exchange{}, "ID"), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("exchange %d: %s", i, diff)
		}
		if again := rewrite(t, first); again.ID != first.ID {
			t.Errorf("exchange %d is %s, read again %s", i, first.ID, again.ID)
		}
	}
}

func rewrite(t *testing.T, e *proxy.Exchange) *proxy.Exchange {
	t.Helper()
	var file bytes.Buffer
	if err := har.Write(&file, har.Creator{Name: "flagrante", Version: "0.1.0"}, []*capture.Failure{stored(*e)}); err != nil {
		t.Fatal(err)
	}
	got := read(t, &file)
	if len(got) != 1 {
		t.Fatalf("%d exchanges from one: %s", len(got), fmt.Sprintf("%+v", e))
	}
	return got[0]
}

// TestRoundTripInAnyOrder makes sure that what is read does not depend on what
// stands beside it.
func TestRoundTripInAnyOrder(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(3, 4))}
	var all []*capture.Failure
	for range 50 {
		all = append(all, stored(m.exchange()))
	}
	order := func() []string {
		var file bytes.Buffer
		if err := har.Write(&file, har.Creator{}, all); err != nil {
			t.Fatal(err)
		}
		return ids(t, file.String())
	}
	before := order()
	m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if after := order(); !slices.Equal(before, after) {
		t.Error(cmp.Diff(before, after))
	}
}
