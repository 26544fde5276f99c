package traffic_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/traffic"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestTableCountsByMinuteOfTheCall(t *testing.T) {
	var table traffic.Table
	if table.Pending() {
		t.Error("an empty table has something to take")
	}
	table.Add("b", "GET b/x", noon.Add(70*time.Second), time.Second, false, true)
	table.Add("a", "GET a/x", noon.Add(59*time.Second), time.Second, true, false)
	table.Add("a", "GET a/x", noon, time.Second, false, true)
	table.Add("a", "GET a/x", noon, time.Second, true, false)
	var one, three traffic.Latency
	one.Add(time.Second)
	for range 3 {
		three.Add(time.Second)
	}
	want := []capture.Minute{
		{Start: noon, Host: "a", Endpoint: "GET a/x", Calls: 3, Failures: 2, LastGood: noon, Latency: three},
		{Start: noon.Add(time.Minute), Host: "b", Endpoint: "GET b/x", Calls: 1, LastGood: noon.Add(70 * time.Second), Latency: one},
	}
	if diff := cmp.Diff(want, table.Take()); diff != "" {
		t.Error(diff)
	}
	if table.Pending() || table.Take() != nil {
		t.Error("what was taken is still there")
	}
}

// TestRowsOfAMinuteAreBounded holds the bound over several takes, and that no
// call is lost to it.
func TestRowsOfAMinuteAreBounded(t *testing.T) {
	var table traffic.Table
	rows, calls := map[string]bool{}, int64(0)
	for i := range 20_000 {
		host := fmt.Sprint("h", i%3000)
		table.Add(host, fmt.Sprintf("GET %s/%d", host, i), noon, time.Second, false, true)
		if i%1000 == 999 {
			for _, m := range table.Take() {
				rows[m.Endpoint] = true
				calls += m.Calls
			}
		}
	}
	if calls != 20_000 || len(rows) > 1100 || !rows[traffic.Other("")] || !rows[traffic.Other("h600")] {
		t.Errorf("%d calls in %d rows", calls, len(rows))
	}
}

func TestMinutesAreBounded(t *testing.T) {
	var table traffic.Table
	for i := range 1000 {
		table.Add("a", "GET a/x", noon.Add(-time.Duration(i)*time.Minute), 0, false, true)
		if table.Full() {
			table.Take()
		}
	}
	if n := len(table.Take()); n > 16 {
		t.Errorf("%d minutes wait", n)
	}
}

func TestBaseline(t *testing.T) {
	var b traffic.Baseline
	rule := traffic.DefaultRule()
	for i := range 49 {
		b.Add(time.Duration(190+i%20) * time.Millisecond)
	}
	if _, ok := b.Limit(rule); ok {
		t.Error("49 calls are enough")
	}
	b.Add(200 * time.Millisecond)
	limit, ok := b.Limit(rule)
	if !ok || limit < 2100*time.Millisecond || limit > 2300*time.Millisecond {
		t.Errorf("a call of 200 ms is slow from %v on (%v)", limit, ok)
	}
	if _, ok := b.Limit(traffic.Rule{}); ok {
		t.Error("a rule that is off finds slow calls")
	}
	// Where a tenth of the calls takes long anyway, only much longer is slow.
	for i := range 20_000 {
		b.Add(time.Duration(1+i%10/9*49) * 100 * time.Millisecond)
	}
	if limit, _ := b.Limit(rule); limit < 14*time.Second || limit > 16*time.Second {
		t.Errorf("where a tenth takes 5 s, slow begins at %v", limit)
	}
}

func BenchmarkAdd(b *testing.B) {
	var table traffic.Table
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		table.Add("api.bank.example", "GET api.bank.example/v1/pix/{id}", noon, time.Duration(i%1000)*time.Millisecond, false, true)
	}
}
