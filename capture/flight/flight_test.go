package flight_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/flight"
	"flagrante/proxy"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func call(second int, method, path, token, body, answer string) *proxy.Exchange {
	return &proxy.Exchange{
		ID: fmt.Sprint("c", second), Start: noon.Add(time.Duration(second) * time.Second), Phases: proxy.Phases{Total: 100 * time.Millisecond},
		Request: proxy.Request{Method: method, URL: "https://api.bank.example" + path, Body: proxy.Body{Data: []byte(body)},
			Header: proxy.Fields{{Name: "Authorization", Value: token}, {Name: "User-Agent", Value: "app/1.0.123456"}}},
		Response: &proxy.Response{Status: 200, Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, Body: proxy.Body{Data: []byte(answer)}},
	}
}

// story is a login, a creation, and a call that fails, among others.
func story() ([]*proxy.Exchange, *proxy.Exchange) {
	const token = "Bearer tok-4f7a9c21"
	return []*proxy.Exchange{
		call(1, "POST", "/oauth/token", "Basic YXBwOnNlY3JldDE=", "grant_type=client_credentials", `{"access_token":"tok-4f7a9c21","token_type":"Bearer"}`),
		call(2, "GET", "/v1/banks", token, "", `{"list":["00000001","BRL","customers"]}`),
		call(3, "POST", "/v1/charges", token, `{"amount":150000,"reference":"order-77812"}`, `{"data":{"id":"chg_88f1a2"},"amount":150000,"reference":"order-77812"}`),
		call(4, "GET", "/v1/charges/chg_88f1a2", token, "", `{"id":"chg_88f1a2","status":"CREATED"}`),
	}, call(5, "GET", "/v1/charges/chg_88f1a2?reference=order-77812", token, "", `{"error":"x"}`)
}

func TestBeforeMarksWhatLedToTheFailure(t *testing.T) {
	calls, failing := story()
	want := map[string][]capture.Link{
		"c1": {
			{From: "response.body/access_token", To: "request.header.Authorization", ToID: "c3"},
			{From: "response.body/access_token", To: "request.header.Authorization", ToID: "c5"},
		},
		"c2": nil,
		"c3": {{From: "response.body/data/id", To: "request.url.path/2", ToID: "c5"}},
		"c4": nil,
	}
	for seed := range uint64(5) {
		var r flight.Recorder
		r.Add(2, flight.NewCall(call(0, "GET", "/of/another", "", "", `{"id":"chg_88f1a2"}`)), false)
		r.Add(1, flight.NewCall(failing), true)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
		for _, x := range calls {
			r.Add(1, flight.NewCall(x), false)
		}
		got := map[string][]capture.Link{}
		for _, c := range r.Before(1, failing) {
			got[c.Exchange.ID] = c.Links
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestPlacesOfLinks(t *testing.T) {
	const id = "ses-0099aa"
	tests := []struct {
		name     string
		header   proxy.Field
		answer   string
		to       func(*proxy.Exchange)
		from, at string
	}{
		{"cookie", proxy.Field{Name: "Set-Cookie", Value: "sid=" + id + "; Path=/"}, "",
			func(x *proxy.Exchange) { x.Request.Header = proxy.Fields{{Name: "Cookie", Value: "a=b; sid=" + id}} }, "response.header.Set-Cookie.sid", "request.header.Cookie.sid"},
		{"location", proxy.Field{Name: "Location", Value: "https://api.bank.example/v1/" + id}, "",
			func(x *proxy.Exchange) { x.Request.URL += "/" + id }, "response.header.Location.path/1", "request.url.path/1"},
		{"form", proxy.Field{}, `[{"a/b":"` + id + `"}]`,
			func(x *proxy.Exchange) {
				x.Request.Header = proxy.Fields{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}
				x.Request.Body.Data = []byte("x=1&session=" + id)
			}, "response.body/0/a~1b", "request.body/session"},
		{"xml", proxy.Field{}, `<s:E xmlns:s="u"><id n="1">` + id + `</id></s:E>`,
			func(x *proxy.Exchange) { x.Request.Body.Data = []byte(`<q ref="` + id + `"/>`) }, "response.body/E/id", "request.body/q/@ref"},
		{"letters escaped", proxy.Field{}, `{"id":"ses\u002d0099aa"}`,
			func(x *proxy.Exchange) { x.Request.URL += "?id=" + id }, "response.body/id", "request.url.query.id"},
		{"address escaped", proxy.Field{}, `{"next":"/v1/ses%2D0099aa"}`,
			func(x *proxy.Exchange) { x.Request.URL += "?id=" + id }, "response.body/next.path/1", "request.url.query.id"},
		{"number", proxy.Field{}, `{"id":77812345}`,
			func(x *proxy.Exchange) { x.Request.URL += "?id=77812345" }, "response.body/id", "request.url.query.id"},
		{"among many", proxy.Field{}, `{"id":"` + id + `"}`,
			func(x *proxy.Exchange) {
				x.Request.URL += "?id=" + id
				for n := range 100 {
					x.Request.URL += fmt.Sprintf("&other=%d-x-%d", n, n)
				}
			}, "response.body/id", "request.url.query.id"},
		{"cut", proxy.Field{}, `{"id":"` + id + `","rest":"it en`,
			func(x *proxy.Exchange) { x.Request.URL += "?id=" + id }, "response.body/id", "request.url.query.id"},
	}
	for _, test := range tests {
		var r flight.Recorder
		giver, user := call(1, "GET", "/a", "", "", test.answer), call(2, "GET", "/b", "", "", "")
		giver.Response.Header = proxy.Fields{test.header}
		test.to(user)
		r.Add(1, flight.NewCall(giver), false)
		before := r.Before(1, user)
		if len(before) != 1 {
			t.Fatalf("%s: %d calls before", test.name, len(before))
		}
		if diff := cmp.Diff([]capture.Link{{From: test.from, To: test.at, ToID: "c2"}}, before[0].Links); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestWordsAndAmountsLinkNothing(t *testing.T) {
	for _, text := range []string{"approved", "true", "150000", "1234.56", "2026-11-23", "2026-11-23T10:00:00Z", "BRL", "12345", "a message 1"} {
		var r flight.Recorder
		r.Add(1, flight.NewCall(call(1, "GET", "/a", "", "", `{"x":"`+text+`"}`)), false)
		if got := r.Before(1, call(2, "POST", "/b", "", `{"y":"`+text+`"}`, "")); len(got) != 1 || got[0].Links != nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestFewOthersAreKept(t *testing.T) {
	var r flight.Recorder
	r.Add(1, flight.NewCall(call(-1000, "GET", "/long/ago", "", "", "")), false)
	for i := range 60 {
		r.Add(1, flight.NewCall(call(i, "GET", fmt.Sprint("/", i), "", "", "{}")), false)
	}
	if got := r.Before(1, call(100, "GET", "/b", "", "", "")); len(got) != 5 || got[4].Exchange.ID != "c59" {
		t.Errorf("%d calls are kept", len(got))
	}
}

// TestMemoryIsBounded adds what a hostile app could send.
func TestMemoryIsBounded(t *testing.T) {
	var r flight.Recorder
	big := `{"a":"` + strings.Repeat("x", 1<<20) + `"}`
	for i := range 3000 {
		x := call(i, "POST", "/a", "", big, big)
		r.Add(uint64(i%500), flight.NewCall(x), false)
		if len(x.Request.Body.Data) != len(big) {
			t.Fatal("the exchange was changed")
		}
		if r.Bytes() > 32<<20 {
			t.Fatalf("%d bytes after %d calls", r.Bytes(), i)
		}
	}
	if r.Bytes() < 16<<20 {
		t.Errorf("only %d bytes are used", r.Bytes())
	}
}

func FuzzBefore(f *testing.F) {
	f.Add("/v1/a1b2c3", "application/json", `{"a":["b12345",1,{"c":null}]}`)
	f.Add("?a=%zz", "text/xml", `<a b="c12345"><d>`)
	f.Fuzz(func(t *testing.T, path, kind, body string) {
		var r flight.Recorder
		x := call(1, "POST", path, path, body, body)
		x.Response.Header = proxy.Fields{{Name: "Content-Type", Value: kind}, {Name: "Set-Cookie", Value: path}}
		r.Add(1, flight.NewCall(x), false)
		for _, c := range r.Before(1, call(2, "POST", path, body, body, "")) {
			for _, l := range c.Links {
				if l.ToID != "c2" || !strings.HasPrefix(l.From, "response.") || !strings.HasPrefix(l.To, "request.") {
					t.Errorf("link %+v", l)
				}
			}
		}
	})
}

// lent returns a call whose exchange is of a pool and has the body.
func lent(p *proxy.Pool, second int, body string) *flight.Call {
	x := p.Exchange()
	answer := x.Response
	*x = *call(second, "GET", "/a", "", "", "")
	x.Pooled = true
	*answer = *x.Response
	answer.Body.Data = append(p.Room(len(body)), body...)
	x.Response = answer
	return flight.NewCall(x)
}

// TestForgottenCallsAreReusedAndHeldOnesAreNot fills the memory again and again from a
// pool, and looks at what is still held.
func TestForgottenCallsAreReusedAndHeldOnesAreNot(t *testing.T) {
	for _, size := range []int{100, 100_000, 200_000} {
		r := flight.Recorder{Pool: &proxy.Pool{}}
		body := func(i int) string { return fmt.Sprintf(`{"id":"r-%07d","rest":%q}`, i, strings.Repeat("x", size)) }
		var shared []*proxy.Exchange
		held := lent(r.Pool, 0, body(0))
		r.Add(1, held, false)
		for i := 1; i < 100; i++ {
			c := lent(r.Pool, i, body(i))
			x := c.Exchange
			r.Add(1, c, false)
			r.Drop(c)
			if i%20 == 0 {
				c.Share()
				shared = append(shared, x)
			}
		}
		kept := r.Before(1, call(100, "GET", "/b", "", "", ""))
		for _, b := range kept {
			shared = append(shared, b.Exchange)
		}
		for i := 100; i < 200; i++ {
			c := lent(r.Pool, i, body(i))
			r.Add(1, c, false)
			r.Drop(c)
		}
		shared = append(shared, held.Exchange)
		for _, x := range shared {
			var i int
			if _, err := fmt.Sscanf(x.ID, "c%d", &i); err != nil || !strings.HasPrefix(body(i), string(x.Response.Body.Data)) || len(x.Response.Body.Data) < min(size, 60_000) {
				t.Errorf("%q holds %.40q", x.ID, x.Response.Body.Data)
			}
		}
	}
}

// BenchmarkAdd remembers calls and forgets as many.
func BenchmarkAdd(b *testing.B) {
	for _, size := range []int{1 << 10, 100 << 10} {
		b.Run(fmt.Sprint(size>>10, "KiB"), func(b *testing.B) {
			r := flight.Recorder{Pool: &proxy.Pool{}}
			body := strings.Repeat("x", size)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				c := lent(r.Pool, i, body)
				r.Add(1, c, false)
				r.Drop(c)
			}
		})
	}
}
