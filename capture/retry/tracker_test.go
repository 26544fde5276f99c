package retry_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/retry"
	"flagrante/proxy"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// sent is an exchange that takes 100 ms. Header fields come in pairs.
func sent(at float64, status int, method, body string, header ...string) *proxy.Exchange {
	x := &proxy.Exchange{
		ID: fmt.Sprintf("%07.1f", at), Start: noon.Add(time.Duration(at * float64(time.Second))),
		Client:   netip.MustParseAddrPort("10.0.0.1:4000"),
		Request:  proxy.Request{Method: method, URL: "https://api.bank.example/v1/pix/1", Body: proxy.Body{Data: []byte(body), Size: int64(len(body))}},
		Response: &proxy.Response{Status: status}, Phases: proxy.Phases{Total: 100 * time.Millisecond},
	}
	for i := 0; i < len(header); i += 2 {
		x.Request.Header = append(x.Request.Header, proxy.Field{Name: header[i], Value: header[i+1]})
	}
	return x
}

func from(client string, x *proxy.Exchange) *proxy.Exchange {
	x.Client = netip.MustParseAddrPort(client)
	return x
}

func asking(seconds string, x *proxy.Exchange) *proxy.Exchange {
	x.Response.Header = proxy.Fields{{Name: "Retry-After", Value: seconds}}
	return x
}

// saying gives an answer words.
func saying(message string, x *proxy.Exchange) *proxy.Exchange {
	x.Response.Header = proxy.Fields{{Name: "Content-Type", Value: "application/json"}}
	x.Response.Body = proxy.Body{Data: []byte(`{"mensagem":"` + message + `"}`), Complete: true}
	return x
}

// run returns the healed failures with their reasons.
func run(t *retry.Tracker, calls []*proxy.Exchange) map[string]string {
	healed := map[string]string{}
	for _, x := range calls {
		add := t.Succeeded
		if x.Response.Status >= 400 {
			add = t.Failed
		}
		for _, h := range add(x, t.Client(x)).Healed {
			healed[h.FailureID] = h.Reason.Key
		}
	}
	return healed
}

func TestHealed(t *testing.T) {
	const key, other = "Idempotency-Key", "X-Idempotency-Key"
	tests := []struct {
		name  string
		calls []*proxy.Exchange
		want  map[string]string
	}{
		{"the same request", []*proxy.Exchange{sent(1, 503, "POST", "a"), sent(2, 503, "POST", "a"), sent(3, 200, "POST", "a")},
			map[string]string{"00001.0": "judge.expected.retried", "00002.0": "judge.expected.retried"}},
		{"another body", []*proxy.Exchange{sent(1, 503, "POST", "a"), sent(2, 200, "POST", "b")}, map[string]string{}},
		{"another client", []*proxy.Exchange{sent(1, 503, "POST", "a"), from("10.0.0.2:1", sent(2, 200, "POST", "a"))}, map[string]string{}},
		{"one key, another client and body", []*proxy.Exchange{sent(1, 503, "POST", "a", key, "k"), from("10.0.0.2:1", sent(2, 200, "POST", "b", other, "k"))},
			map[string]string{"00001.0": "judge.expected.retried"}},
		{"two keys are two operations", []*proxy.Exchange{sent(1, 503, "POST", "a", key, "k"), sent(2, 200, "POST", "a", key, "l")}, map[string]string{}},
		{"success comes first", []*proxy.Exchange{sent(1, 200, "POST", "a"), sent(2, 503, "POST", "a")}, map[string]string{}},
		{"too late", []*proxy.Exchange{sent(1, 503, "GET", ""), sent(200, 200, "GET", "")}, map[string]string{}},
		{"late, but as asked", []*proxy.Exchange{asking("120", sent(1, 429, "GET", "")), sent(200, 200, "GET", "")}, map[string]string{"00001.0": "judge.expected.retried"}},
		{"bridged by attempts", []*proxy.Exchange{sent(1, 503, "GET", ""), sent(100, 503, "GET", ""), sent(200, 200, "GET", "")},
			map[string]string{"00001.0": "judge.expected.retried", "00100.0": "judge.expected.retried"}},
		{"at the same time is no retry", []*proxy.Exchange{sent(1, 503, "GET", ""), sent(1.05, 200, "GET", "")}, map[string]string{}},
		{"challenge", []*proxy.Exchange{sent(1, 401, "GET", ""), sent(2, 200, "GET", "", "Authorization", "Basic x")}, map[string]string{"00001.0": "judge.expected.challenge"}},
		{"challenge of a proxy", []*proxy.Exchange{sent(1, 407, "GET", ""), sent(2, 200, "GET", "", "Proxy-Authorization", "Basic x")}, map[string]string{"00001.0": "judge.expected.challenge"}},
		{"token renewed", []*proxy.Exchange{sent(1, 401, "POST", "a", "Authorization", "Bearer x", key, "1"), sent(2, 200, "POST", "a", "Authorization", "Bearer y", key, "2")},
			map[string]string{"00001.0": "judge.expected.renewed"}},
		{"it appeared", []*proxy.Exchange{sent(1, 404, "GET", ""), sent(2, 404, "GET", ""), sent(3, 200, "GET", "")},
			map[string]string{"00001.0": "judge.expected.appeared", "00002.0": "judge.expected.appeared"}},
		{"put again, with a new time in it", []*proxy.Exchange{sent(1, 504, "PUT", "a"), sent(2, 201, "PUT", "b")}, map[string]string{"00001.0": "judge.expected.retried"}},
		{"put corrected", []*proxy.Exchange{sent(1, 400, "PUT", "a"), sent(2, 201, "PUT", "b")}, map[string]string{}},
		{"it had been done", []*proxy.Exchange{sent(1, 504, "POST", "a", key, "k"), sent(2, 502, "POST", "a", key, "k"), saying("Já processada", sent(3, 409, "POST", "a", key, "k"))},
			map[string]string{"00001.0": "judge.expected.confirmed", "00002.0": "judge.expected.confirmed", "00003.0": "judge.expected.done"}},
		{"a repeat is refused for another reason", []*proxy.Exchange{sent(1, 504, "POST", "a"), saying("Saldo insuficiente", sent(2, 409, "POST", "a"))}, map[string]string{}},
		{"the first was refused plainly", []*proxy.Exchange{sent(1, 400, "POST", "a"), saying("Já existe", sent(2, 409, "POST", "a"))}, map[string]string{}},
		{"one key, another body", []*proxy.Exchange{sent(1, 504, "POST", "a", key, "k"), saying("Chave já usada", sent(2, 422, "POST", "b", key, "k"))}, map[string]string{}},
		{"a duplicate alone", []*proxy.Exchange{saying("Já existe", sent(1, 409, "POST", "a")), saying("Já existe", sent(2, 409, "POST", "a"))}, map[string]string{}},
		{"failing again after success", []*proxy.Exchange{sent(1, 503, "GET", ""), sent(2, 200, "GET", ""), sent(3, 503, "GET", "")}, map[string]string{"00001.0": "judge.expected.retried"}},
	}
	for _, test := range tests {
		// In every order of arrival.
		for seed := range uint64(8) {
			if seed > 0 {
				rand.New(rand.NewPCG(seed, 0)).Shuffle(len(test.calls), func(i, j int) { test.calls[i], test.calls[j] = test.calls[j], test.calls[i] })
			}
			if diff := cmp.Diff(test.want, run(retry.NewTracker(), test.calls)); diff != "" {
				t.Errorf("%s, order %d: %s", test.name, seed, diff)
			}
		}
	}
}

// TestOrderOfArrivalDoesNotMatter draws attempts at random. The proxy tells of them
// when they end, a recording in the order in which they began.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 7))
		var calls []*proxy.Exchange
		for i := range 12 {
			x := sent(float64(i)*60+random.Float64()*60, []int{200, 503, 404}[random.IntN(3)], []string{"GET", "PUT"}[random.IntN(2)], []string{"", "b"}[random.IntN(2)])
			x.Phases.Total = time.Duration(random.IntN(90)) * time.Second
			calls = append(calls, x)
		}
		ids := func() []string {
			var ids []string
			for id := range run(retry.NewTracker(), calls) {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			return ids
		}
		want := ids()
		slices.SortFunc(calls, func(a, b *proxy.Exchange) int {
			return a.Start.Add(a.Phases.Total).Compare(b.Start.Add(b.Phases.Total))
		})
		if diff := cmp.Diff(want, ids()); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func TestRepeatedCallsAreNoRetries(t *testing.T) {
	const key = "Idempotency-Key"
	tests := map[string]struct {
		calls []*proxy.Exchange
		want  map[string]string
	}{
		"as often as ever":            {[]*proxy.Exchange{sent(1, 200, "GET", ""), sent(11, 502, "GET", ""), sent(21, 200, "GET", "")}, map[string]string{}},
		"twice as often as ever":      {[]*proxy.Exchange{sent(1, 200, "GET", ""), sent(11, 502, "GET", ""), sent(21, 502, "GET", ""), sent(31, 200, "GET", "")}, map[string]string{}},
		"sooner":                      {[]*proxy.Exchange{sent(1, 200, "GET", ""), sent(31, 502, "GET", ""), sent(33, 200, "GET", "")}, map[string]string{"00031.0": "judge.expected.retried"}},
		"sooner, with longer pauses":  {[]*proxy.Exchange{sent(1, 200, "GET", ""), sent(31, 502, "GET", ""), sent(33, 502, "GET", ""), sent(60, 200, "GET", "")}, map[string]string{"00031.0": "judge.expected.retried", "00033.0": "judge.expected.retried"}},
		"at the same time":            {[]*proxy.Exchange{sent(1, 200, "GET", ""), sent(1.2, 502, "GET", ""), sent(1.25, 200, "GET", ""), sent(1.4, 200, "GET", "")}, map[string]string{}},
		"as asked":                    {[]*proxy.Exchange{sent(1, 200, "GET", ""), asking("30", sent(11, 503, "GET", "")), sent(45, 200, "GET", "")}, map[string]string{"00011.0": "judge.expected.retried"}},
		"asked, but as often as ever": {[]*proxy.Exchange{sent(1, 200, "GET", ""), asking("5", sent(11, 503, "GET", "")), sent(21, 200, "GET", "")}, map[string]string{}},
		"sooner than asked":           {[]*proxy.Exchange{sent(1, 200, "GET", ""), asking("30", sent(11, 429, "GET", "")), sent(27, 200, "GET", "")}, map[string]string{}},
		"with a key":                  {[]*proxy.Exchange{sent(1, 200, "POST", "a", key, "k"), sent(11, 503, "POST", "a", key, "k"), sent(21, 200, "POST", "a", key, "k")}, map[string]string{"00011.0": "judge.expected.retried"}},
		"another call succeeded":      {[]*proxy.Exchange{sent(1, 200, "POST", "b"), sent(11, 502, "POST", "a"), sent(21, 200, "POST", "a")}, map[string]string{"00011.0": "judge.expected.retried"}},
	}
	var steady []*proxy.Exchange
	for i := range 200 {
		steady = append(steady, sent(float64(2*i), []int{200, 502, 200, 502, 502}[i%5], "GET", ""))
	}
	tests["for long"] = struct {
		calls []*proxy.Exchange
		want  map[string]string
	}{steady, map[string]string{}}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, run(retry.NewTracker(), test.calls)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestChain(t *testing.T) {
	tracker := retry.NewTracker()
	type link struct {
		chain  string
		number int
	}
	var got []link
	for _, x := range []*proxy.Exchange{sent(1, 503, "GET", ""), sent(2, 503, "GET", ""), sent(3, 503, "GET", ""), sent(500, 503, "GET", "")} {
		out := tracker.Failed(x, tracker.Client(x))
		got = append(got, link{out.Chain, out.Attempt})
	}
	want := []link{{"", 1}, {"00001.0", 2}, {"00001.0", 3}, {"", 1}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func BenchmarkSucceeded(b *testing.B) {
	tracker := retry.NewTracker()
	x := sent(1, 200, "POST", string(make([]byte, 1024)), "User-Agent", "app/1", "Authorization", "Bearer x", "Content-Type", "application/json")
	b.ReportAllocs()
	for b.Loop() {
		tracker.Succeeded(x, tracker.Client(x))
	}
}

// BenchmarkBusy is a call that is made again and again, and fails now and then.
func BenchmarkBusy(b *testing.B) {
	tracker := retry.NewTracker()
	good, bad := sent(0, 200, "GET", ""), sent(0, 503, "GET", "")
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		at := noon.Add(time.Duration(n) * 200 * time.Microsecond)
		x, add := *good, tracker.Succeeded
		if n%10 == 9 {
			x, add = *bad, tracker.Failed
		}
		x.Start, x.Phases.Total = at, 100*time.Microsecond
		add(&x, tracker.Client(&x))
	}
}
