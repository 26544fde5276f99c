package record_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/contract"
	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/traffic"
	"flagrante/proxy"
)

// later is an exchange some seconds after the first.
func later(id string, seconds float64, status int) *proxy.Exchange {
	x := exchange(id, status)
	x.Start = x.Start.Add(time.Duration(seconds * float64(time.Second)))
	x.Phases.Total, x.Phases.Wait = 100*time.Millisecond, 90*time.Millisecond
	return x
}

func TestSequenceHealsWhatARetryMadeGood(t *testing.T) {
	s := record.NewSequence(pipeline())
	first := s.Add(later("1", 0, 503))
	if again := s.Add(later("2", 1, 503)); again.Chain != "1" || again.Attempt != 2 {
		t.Errorf("chain %q, attempt %d", again.Chain, again.Attempt)
	}
	if n := len(s.Take().Failures); n != 2 {
		t.Fatalf("%d failures", n)
	}
	third := s.Add(later("3", 2, 503))
	s.Add(later("4", 3, 200))
	b := s.Take()
	if len(b.Healed) != 2 || b.Healed[0].FailureID != "1" || b.Healed[1].FailureID != "2" {
		t.Errorf("healed are %+v", b.Healed)
	}
	if first.Expected || !third.Expected || third.Reasons[len(third.Reasons)-1].Key != "judge.expected.retried" {
		t.Errorf("one that was not handed over yet is %+v", third.Reasons)
	}
	minutes := s.Traffic()
	if len(minutes) != 1 || minutes[0].Calls != 4 || minutes[0].Failures != 3 || minutes[0].Endpoint != first.Endpoint {
		t.Errorf("counted %+v", minutes)
	}
}

func TestSequenceExpectsTheEndOfAList(t *testing.T) {
	s := record.NewSequence(pipeline())
	page := func(id string, seconds float64, status int, number string) *proxy.Exchange {
		x := later(id, seconds, status)
		x.Request.Method, x.Request.URL = "GET", "https://api.bank.example/v1/lancamentos?pagina="+number
		return x
	}
	s.Add(page("1", 0, 200, "1"))
	f := s.Add(page("2", 1, 404, "2"))
	if !f.Expected || f.Reasons[len(f.Reasons)-1].Key != "judge.expected.last_page" {
		t.Errorf("behind the last page: %+v", f.Reasons)
	}
	if f := s.Add(page("3", 2, 500, "2")); f.Expected {
		t.Errorf("a 500 there: %+v", f.Reasons)
	}
	if m := s.Traffic(); len(m) != 1 || m[0].Failures != 1 {
		t.Errorf("counted %+v", m)
	}
}

func TestSequenceKeepsTheLastGoodExchangeOfWhatFails(t *testing.T) {
	s := record.NewSequence(pipeline())
	s.Add(later("1", 0, 200))
	s.Add(later("2", 1, 200))
	if b := s.Take(); b.Good != nil {
		t.Errorf("an endpoint that never failed has %+v", b.Good)
	}
	f := s.Add(later("3", 2, 503))
	s.Add(later("4", 3, 200))
	b := s.Take()
	if len(b.Good) != 1 || b.Good[0].Exchange.ID != "2" || b.Good[0].Endpoint != f.Endpoint {
		t.Fatalf("got %+v", b.Good)
	}
	if strings.Contains(fmt.Sprintf("%+v", b), "hunter2") {
		t.Error("it is not masked")
	}
	s.Add(later("5", 90, 200))
	if b := s.Take(); len(b.Good) != 1 || b.Good[0].Exchange.ID != "5" {
		t.Errorf("a minute later: %+v", b.Good)
	}
}

func TestSequenceFreezesMaskedCalls(t *testing.T) {
	s := record.NewSequence(pipeline())
	login := later("1", 0, 200)
	login.Request.URL = "https://api.bank.example/oauth/token"
	login.Response.Body.Data = []byte(`{"access_token":"hunter2-0a1b2c3d4e5f"}`)
	s.Add(login)
	failing := later("2", 5, 503)
	failing.Request.Header[0].Value = "Bearer hunter2-0a1b2c3d4e5f"
	f := s.Add(failing)
	if len(f.Before) != 1 || len(f.Before[0].Links) != 1 ||
		f.Before[0].Links[0] != (capture.Link{From: "response.body/access_token", To: "request.header.Authorization", ToID: "2"}) {
		t.Fatalf("got %+v", f.Before)
	}
	for _, b := range []proxy.Body{f.Before[0].Exchange.Response.Body, f.Exchange.Request.Body} {
		if strings.Contains(string(b.Data), "hunter2") {
			t.Errorf("not masked: %s", b.Data)
		}
	}
}

func TestStormsFreezeLittle(t *testing.T) {
	s := record.NewSequence(pipeline())
	frozen := 0
	for i := range 200 {
		if f := s.Add(later(fmt.Sprintf("%03d", i), float64(i)/10, 503)); f.Before != nil {
			frozen++
		}
	}
	if frozen < 10 || frozen > 16 {
		t.Errorf("%d of 200 have the calls before them", frozen)
	}
}

func TestSlow(t *testing.T) {
	s := record.NewSequence(pipeline())
	for i := range 60 {
		if f := s.Add(later(fmt.Sprintf("%03d", i), float64(i), 200)); f != nil {
			t.Fatalf("call %d is %+v", i, f)
		}
	}
	x := later("060", 60, 200)
	x.Phases.Wait = 10 * time.Second
	f := s.Add(x)
	if f == nil || f.Kind != capture.KindSlow || f.Expected || f.Reasons[0].Args["seconds"] != "10.0" {
		t.Errorf("got %+v", f)
	}
	x = later("061", 61, 200)
	x.Phases.Total, x.Phases.Receive = time.Minute, time.Minute
	if f := s.Add(x); f != nil {
		t.Errorf("a long download is %+v", f)
	}
}

// TestSlowIsWhatTheSettingsSay takes calls of 10 s among those of 90 ms.
func TestSlowIsWhatTheSettingsSay(t *testing.T) {
	ignoring := func() *record.Pipeline {
		j, err := judge.New([]judge.Rule{{ID: "patient", Path: "/**", Then: judge.Ignore}})
		if err != nil {
			t.Fatal(err)
		}
		return record.NewPipeline(&locate.Locator{}, j, nil)
	}
	tests := map[string]struct {
		pipeline *record.Pipeline
		rule     traffic.Rule
		want     bool
	}{
		"the default":      {pipeline(), traffic.DefaultRule(), true},
		"off":              {pipeline(), traffic.Rule{}, false},
		"not that slow":    {pipeline(), traffic.Rule{Times: 3, Over: 11 * time.Second, Calls: 50}, false},
		"known too little": {pipeline(), traffic.Rule{Times: 3, Over: time.Second, Calls: 61}, false},
		"ignored":          {ignoring(), traffic.DefaultRule(), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.pipeline.SetSlow(test.rule)
			s := record.NewSequence(test.pipeline)
			for i := range 60 {
				s.Add(later(fmt.Sprintf("%03d", i), float64(i), 200))
			}
			x := later("060", 60, 200)
			x.Phases.Wait = 10 * time.Second
			if f := s.Add(x); (f != nil) != test.want {
				t.Errorf("got %+v", f)
			}
		})
	}
}

func BenchmarkObserve(b *testing.B) {
	r := record.Start(pipeline(), &shelf{before: func() error { return nil }}, zerolog.Nop())
	x := later("1", 0, 200)
	b.ReportAllocs()
	for b.Loop() {
		r.Observe(x)
	}
	b.StopTimer()
	if err := r.Close(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// promising is a pipeline that knows what the vendor of the tests promises.
func promising(t *testing.T) *record.Pipeline {
	t.Helper()
	const document = `{"openapi":"3.0.0","info":{"title":"x","version":"1"},"servers":[{"url":"https://api.bank.example"}],"paths":{"/{all+}":{
		"post":{"parameters":[{"name":"X-Lote","in":"header","required":true,"schema":{"type":"integer"}}],"responses":{"200":{"description":"x"},"503":{"description":"x"}}}}}}`
	set, err := contract.Load([]contract.Document{{Name: "x", FS: fstest.MapFS{"x": {Data: []byte(document)}}, File: "x", Check: contract.Requests}})
	if err != nil {
		t.Fatal(err)
	}
	return record.NewPipeline(&locate.Locator{Country: "BR"}, rules(), set)
}

func TestSequenceTellsWhatBreaksAContract(t *testing.T) {
	s := record.NewSequence(promising(t))
	keys := func(f *capture.Failure) (out []string) {
		for _, r := range f.Reasons {
			out = append(out, r.Key)
		}
		return out
	}
	kept := later("1", 0, 200)
	kept.Request.Header = append(kept.Request.Header, proxy.Field{Name: "X-Lote", Value: "7"})
	if f := s.Add(kept); f != nil {
		t.Fatalf("what keeps to the contract is %+v", f)
	}
	broken := later("2", 1, 200)
	broken.Response.Header = proxy.Fields{{Name: "Content-Type", Value: "application/json"}}
	broken.Response.Body.Data = []byte(`{"txid":"x","status":"ATIVA"}`)
	f := s.Add(broken)
	if f == nil || f.Vendor != (capture.Vendor{}) || f.Kind != capture.KindContract || f.Expected || f.Endpoint != "POST api.bank.example/{all+}" {
		t.Fatalf("got %+v", f)
	}
	if diff := cmp.Diff([]string{"judge.contract"}, keys(f)); diff != "" {
		t.Error(diff)
	}
	f = s.Add(later("3", 2, 503))
	if f.Kind != capture.KindHTTPStatus {
		t.Errorf("a failure is of the kind %s", f.Kind)
	}
	if diff := cmp.Diff([]string{"judge.status", "judge.contract"}, keys(f)); diff != "" {
		t.Error(diff)
	}
	if b := s.Take(); len(b.Good) != 1 || b.Good[0].Exchange.ID != "1" {
		t.Errorf("the last good calls are %+v", b.Good)
	}
}

// TestSequenceMasksSecretsOfCallsThatAreNotKept holds that the answer that gave a
// token minutes ago, to another client, has it masked in what is kept.
func TestSequenceMasksSecretsOfCallsThatAreNotKept(t *testing.T) {
	const secret = "zq70a1b2c3d4e5"
	s := record.NewSequence(pipeline())
	login := later("1", 0, 200)
	login.Client = netip.MustParseAddrPort("192.0.2.77:4711")
	login.Response.Header = proxy.Fields{{Name: "Content-Type", Value: "application/json"}}
	login.Response.Body = proxy.Body{Data: []byte(`{"access_token":"` + secret + `"}`), Size: 33, Complete: true}
	s.Add(login)
	good := later("2", 200, 200)
	good.Response.Body = proxy.Body{Data: []byte("eco " + secret), Size: 18, Complete: true}
	s.Add(good)
	failing := later("3", 300, 503)
	failing.Request.URL += "?eco=" + secret
	s.Add(failing)
	b := s.Take()
	if len(b.Failures) != 1 || len(b.Good) != 1 {
		t.Fatalf("%d failures, %d good calls", len(b.Failures), len(b.Good))
	}
	if url, body := b.Failures[0].Exchange.Request.URL, string(b.Good[0].Exchange.Response.Body.Data); strings.Contains(url+body, secret) {
		t.Errorf("the token of another call is kept: %s, %s", url, body)
	}
}
