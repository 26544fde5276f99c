package record_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"flagrante/capture"
	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
	"flagrante/proxy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func pipeline() *record.Pipeline {
	return record.NewPipeline(&locate.Locator{Country: "BR"}, rules(), nil)
}

func rules() *judge.Judge {
	j, err := judge.New(nil)
	if err != nil {
		panic(err)
	}
	return j
}

func exchange(id string, status int) *proxy.Exchange {
	body := `{"codigo":"E1","mensagem":"fora do ar"}`
	if status < 400 {
		body = `{"txid":"1","status":"ATIVA"}`
	}
	return &proxy.Exchange{
		ID: id, Start: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC),
		Request: proxy.Request{Method: "POST", URL: "https://api.bank.example/v1/pix/123?token=hunter2",
			Header: proxy.Fields{{Name: "Authorization", Value: "Bearer hunter2"}}},
		Response: &proxy.Response{Status: status, Header: proxy.Fields{{Name: "X-Request-Id", Value: "r-1"}},
			Body: proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}},
	}
}

func TestPipeline(t *testing.T) {
	p := pipeline()
	if f := p.Failure(exchange("1", 200)); f != nil {
		t.Errorf("a 200 became the failure %+v", f)
	}
	f := p.Failure(exchange("1", 503))
	if f == nil {
		t.Fatal("a 503 is no failure")
	}
	if f.ID != "1" || f.Kind != capture.KindHTTPStatus || f.Host != "api.bank.example" || f.Endpoint != "POST api.bank.example/v1/pix/{id}" ||
		f.Vendor != (capture.Vendor{Code: "E1", Message: "fora do ar"}) || f.Origin.Country != "BR" ||
		len(f.RequestIDs) != 1 || !strings.HasPrefix(f.Fingerprint, "v2-") {
		t.Errorf("got %+v", f)
	}
	if strings.Contains(fmt.Sprintf("%+v", f), "hunter2") || len(f.Redactions) != 2 {
		t.Errorf("not masked: %+v", f)
	}
}

// shelf stores failures in memory, when it is let to.
type shelf struct {
	mu     sync.Mutex
	ids    []string
	before func() error
}

func (s *shelf) Append(_ context.Context, b capture.Batch) (int, error) {
	if err := s.before(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range b.Failures {
		s.ids = append(s.ids, f.ID)
	}
	return len(b.Failures), nil
}

func closeNow(t *testing.T, r *record.Recorder) {
	t.Helper()
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestEveryCallIsStoredOrCounted(t *testing.T) {
	s, err := store.Open(t.Context(), storetest.Place(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := record.Start(pipeline(), s, zerolog.Nop())
	var group sync.WaitGroup
	for w := range 4 {
		group.Go(func() {
			for i := range 500 {
				r.Observe(exchange(fmt.Sprintf("%d-%d", w, i), 200+i%2*303))
			}
		})
	}
	group.Wait()
	closeNow(t, r)
	got := r.Counts()
	groups, _, err := s.Groups(t.Context(), store.Page{})
	if err != nil {
		t.Fatal(err)
	}
	if len(groups) != 1 || got.Calls != 2000 || got.Failures != got.Stored || groups[0].Count != got.Stored || got.Stored+got.Dropped < 1000 {
		t.Errorf("counted %+v, grouped %+v", got, groups)
	}
}

func TestFullQueueDropsTheCopyNotTheTraffic(t *testing.T) {
	release := make(chan struct{})
	s := &shelf{before: func() error { <-release; return nil }}
	r := record.Start(pipeline(), s, zerolog.New(io.Discard))
	const calls = 40_000
	for i := range calls {
		r.Observe(exchange(fmt.Sprint(i), 503))
	}
	dropped := r.Counts().Dropped
	close(release)
	closeNow(t, r)
	got := r.Counts()
	if dropped == 0 || got.Calls != calls || got.Stored+got.Dropped != calls || int64(len(s.ids)) != got.Stored {
		t.Errorf("counted %+v, %d stored", got, len(s.ids))
	}
}

func TestQueueIsBoundedInBytes(t *testing.T) {
	release := make(chan struct{})
	s := &shelf{before: func() error { <-release; return nil }}
	r := record.Start(pipeline(), s, zerolog.New(io.Discard))
	big := make([]byte, 1<<20)
	for i := range 100 {
		x := exchange(fmt.Sprint(i), 503)
		x.Response.Body.Data = big
		r.Observe(x)
	}
	if dropped := r.Counts().Dropped; dropped < 30 {
		t.Errorf("%d of 100 exchanges of 1 MiB were dropped, want at least 30 with a queue of 64 MiB", dropped)
	}
	close(release)
	closeNow(t, r)
}

func TestStoreThatRefusesIsCounted(t *testing.T) {
	var log strings.Builder
	s := &shelf{before: func() error { return errors.New("disk full") }}
	r := record.Start(pipeline(), s, zerolog.New(&log))
	r.Observe(exchange("1", 503))
	closeNow(t, r)
	if got := r.Counts(); got.Dropped != 1 || got.Stored != 0 || got.Failures != 1 {
		t.Errorf("counted %+v", got)
	}
	if !strings.Contains(log.String(), "disk full") || strings.Contains(log.String(), "hunter2") {
		t.Errorf("logged %s", log.String())
	}
}

func TestAfterCloseExchangesAreCountedAsDropped(t *testing.T) {
	r := record.Start(pipeline(), &shelf{before: func() error { return nil }}, zerolog.New(io.Discard))
	closeNow(t, r)
	closeNow(t, r)
	r.Observe(exchange("1", 503))
	if got := r.Counts(); got.Dropped != 1 || got.Calls != 1 {
		t.Errorf("counted %+v", got)
	}
}

func TestPanicInThePipelineIsSurvived(t *testing.T) {
	s := &shelf{before: func() error { return nil }}
	// Without a locator the pipeline can't work.
	r := record.Start(record.NewPipeline(nil, rules(), nil), s, zerolog.New(io.Discard))
	r.Observe(exchange("1", 503))
	r.Observe(exchange("2", 200))
	closeNow(t, r)
	if got := r.Counts(); got.Dropped != 1 || got.Calls != 2 {
		t.Errorf("counted %+v", got)
	}
}

func BenchmarkPipeline(b *testing.B) {
	p := pipeline()
	x := exchange("1", 503)
	b.ReportAllocs()
	for b.Loop() {
		if p.Failure(x) == nil {
			b.Fatal("no failure")
		}
	}
}

// TestExchangesWaitForTheStore has them recorded once there is one, and those for which there is no room
// until then counted by what the rules say.
func TestExchangesWaitForTheStore(t *testing.T) {
	p, judges, s := pipeline(), rules(), &shelf{before: func() error { return nil }}
	r := record.Hold(func() (*judge.Judge, error) { return judges, nil }, nil, zerolog.New(io.Discard))
	const calls = 24_000
	for i := range calls {
		r.Observe(exchange(fmt.Sprint(i), 503-i%2*303))
	}
	before := r.Counts()
	if before.Dropped == 0 || before.Skipped == 0 || before.Waiting+before.Dropped+before.Skipped != calls {
		t.Errorf("before there is a store: %+v", before)
	}
	r.Begin(p, s)
	closeNow(t, r)
	if got := r.Counts(); got.Stored+got.Dropped != calls/2 || got.Dropped != before.Dropped || int64(len(s.ids)) != got.Stored {
		t.Errorf("counted %+v, %d stored; %+v before there was a store", got, len(s.ids), before)
	}
}

// TestWhatNeverGotAStoreIsTold has no call lost in silence where none can be opened.
func TestWhatNeverGotAStoreIsTold(t *testing.T) {
	r := record.Hold(func() (*judge.Judge, error) { return rules(), nil }, nil, zerolog.New(io.Discard))
	closeNow(t, r)
	r = record.Hold(func() (*judge.Judge, error) { return rules(), nil }, nil, zerolog.New(io.Discard))
	r.Observe(exchange("1", 503))
	r.Observe(exchange("2", 200))
	if err := r.Close(t.Context()); err == nil || !strings.Contains(err.Error(), "not recorded: 2") {
		t.Errorf("closed with %v", err)
	}
}
