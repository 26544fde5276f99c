package live

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func names(events []Event) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.Name)
	}
	return all
}

func TestAReaderMissesNothing(t *testing.T) {
	h := NewHub("run")
	h.Publish("a", 1)
	at := h.Last()
	h.Publish("b", map[string]int{"n": 2})
	s, missed, whole, err := h.Subscribe(at)
	if err != nil || !whole {
		t.Fatal(err, whole)
	}
	if diff := cmp.Diff([]Event{{"run-2", "b", []byte(`{"n":2}`)}}, missed); diff != "" {
		t.Error(diff)
	}
	h.Publish("c", nil)
	if e := <-s.C; e.Name != "c" || e.ID != "run-3" {
		t.Errorf("got %v", e)
	}
	s.Close()
	if _, open := <-s.C; open {
		t.Error("still open")
	}
	s.Close()
}

func TestWhoIsTooFarBehindReadsAnew(t *testing.T) {
	h := NewHub("run")
	for i := range 3 * kept {
		h.Publish(strconv.Itoa(i), nil)
	}
	for after, want := range map[string]bool{
		"": true, "run-0": false, "run-" + strconv.Itoa(3*kept): true, "run-" + strconv.Itoa(3*kept-1): true, "run-" + strconv.Itoa(3*kept+1): false,
		"other-" + strconv.Itoa(3*kept): false, "nonsense": false, "run-x": false,
	} {
		s, missed, whole, err := h.Subscribe(after)
		if err != nil || whole != want {
			t.Errorf("after %q: whole %v, %v", after, whole, err)
		}
		if after == "run-"+strconv.Itoa(3*kept-1) {
			if diff := cmp.Diff([]string{strconv.Itoa(3*kept - 1)}, names(missed)); diff != "" {
				t.Error(diff)
			}
		}
		s.Close()
	}
}

func TestASlowReaderIsDropped(t *testing.T) {
	h := NewHub("run")
	slow, _, _, err := h.Subscribe("")
	if err != nil {
		t.Fatal(err)
	}
	for range waiting + 1 {
		h.Publish("x", nil)
	}
	got := 0
	for range slow.C {
		got++
	}
	if got != waiting {
		t.Errorf("got %d events before the end", got)
	}
}

func TestReadersAreBounded(t *testing.T) {
	h := NewHub("run")
	for range readers {
		if _, _, _, err := h.Subscribe(""); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, _, err := h.Subscribe(""); !errors.Is(err, ErrFull) {
		t.Errorf("one more: %v", err)
	}
	h.Close()
	h.Publish("x", nil)
	if _, _, _, err := h.Subscribe(""); !errors.Is(err, ErrClosed) || h.Last() != "run-0" {
		t.Errorf("after the end: %v at %s", err, h.Last())
	}
}

func TestManyPublishAndListen(t *testing.T) {
	h := NewHub("run")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				s, _, _, err := h.Subscribe(h.Last())
				if err != nil {
					t.Error(err)
					return
				}
				h.Publish("x", nil)
				<-s.C
				s.Close()
			}
		})
	}
	wg.Wait()
	if h.Last() != "run-800" {
		t.Errorf("the last is %s", h.Last())
	}
}

func TestStrip(t *testing.T) {
	var s Strip
	for i := range stripSize + 5 {
		s.Add(Call{Status: i})
	}
	calls, total := s.Since(stripSize+3, 100)
	if diff := cmp.Diff([]Call{{Status: stripSize + 3}, {Status: stripSize + 4}}, calls); diff != "" || total != stripSize+5 {
		t.Errorf("of %d: %s", total, diff)
	}
	if calls, _ = s.Since(0, 3); len(calls) != 3 || calls[2].Status != stripSize+4 {
		t.Errorf("the last three are %v", calls)
	}
	if calls, _ = s.Since(0, 10*stripSize); len(calls) != stripSize || calls[0].Status != 5 {
		t.Errorf("all are %d from %v", len(calls), calls[0])
	}
	if calls, _ = s.Since(1<<60, 1); len(calls) != 1 {
		t.Errorf("from the future: %v", calls)
	}
}

func BenchmarkStripAdd(b *testing.B) {
	var s Strip
	b.ReportAllocs()
	for b.Loop() {
		s.Add(Call{Status: 200, Host: "api.bank.example", Method: "GET"})
	}
}
