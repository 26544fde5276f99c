//go:build e2e

package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// step is one of a plan of PostgreSQL
// (https://www.postgresql.org/docs/current/using-explain.html).
type step struct {
	Type     string `json:"Node Type"`
	Relation string `json:"Relation Name"`
	Index    string `json:"Index Name"`
	Cond     string `json:"Index Cond"`
	// Loops is how often it was run, 0 for a month that was passed over at last.
	Loops float64 `json:"Actual Loops"`
	Plans []step
}

// explained is a statement with the plan that it was run by.
type explained struct {
	Query string `json:"Query Text"`
	Plan  step
}

// each calls f for each step that reads a table or an index.
func (s step) each(f func(step)) {
	if s.Relation != "" || s.Index != "" {
		f(s)
	}
	for _, under := range s.Plans {
		under.each(f)
	}
}

// observed is a shared store whose plans are seen.
type observed struct {
	*store.Store
	log  *os.File
	read int64
}

// observe has the server write the plan of each statement into its log
// (https://www.postgresql.org/docs/current/auto-explain.html). Tables are small here, and it would go through
// them: it is told to do that only where there is no other way.
func observe(t *testing.T, address string) *observed {
	t.Helper()
	u, err := url.Parse(address)
	check(t, err)
	values := u.Query()
	log, err := os.Open(filepath.Join(filepath.Dir(values.Get("sslrootcert")), "server.log"))
	check(t, err)
	t.Cleanup(func() { check(t, log.Close()) })
	for name, value := range map[string]string{
		"session_preload_libraries": "auto_explain", "auto_explain.log_min_duration": "0", "auto_explain.log_format": "json", "auto_explain.log_analyze": "on", "auto_explain.log_timing": "off", "enable_seqscan": "off",
	} {
		values.Set(name, value)
	}
	u.RawQuery = values.Encode()
	o := &observed{Store: storetest.Open(t, u.String()), log: log}
	o.plans(t)
	return o
}

// plans are those since the last time.
func (o *observed) plans(t *testing.T) (all []explained) {
	t.Helper()
	_, err := o.log.Seek(o.read, io.SeekStart)
	check(t, err)
	data, err := io.ReadAll(o.log)
	check(t, err)
	o.read += int64(len(data))
	var plan bytes.Buffer
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "\t") {
			plan.WriteString(line)
			continue
		}
		all = append(all, parsed(t, &plan)...)
	}
	return append(all, parsed(t, &plan)...)
}

// parsed is what a plan says, none where it is none.
func parsed(t *testing.T, plan *bytes.Buffer) []explained {
	t.Helper()
	defer plan.Reset()
	if !bytes.HasPrefix(plan.Bytes(), []byte("\t{")) {
		return nil
	}
	var one explained
	check(t, json.Unmarshal(plan.Bytes(), &one))
	return []explained{one}
}

// narrow fails for each step that goes through all of a table that grows.
func (o *observed) narrow(t *testing.T) {
	t.Helper()
	plans := o.plans(t)
	if len(plans) == 0 {
		t.Fatal("nothing was asked")
	}
	for _, one := range plans {
		if slices.ContainsFunc(small(), func(part string) bool { return strings.Contains(one.Query, part) }) {
			continue
		}
		one.Plan.each(func(s step) {
			if grows(s) && (s.Type == "Seq Scan" || s.Cond == "" && s.Type != "Bitmap Heap Scan") {
				t.Errorf("%s of %s by %q\n%s", s.Type, s.Relation, s.Index, one.Query)
			}
		})
	}
}

// grows reports whether a step reads what grows with the failures and the traffic. The
// index of retries has those alone: here are none, and the planner knows.
func grows(s step) bool {
	if strings.HasSuffix(s.Index, "_chain_attempt_idx") {
		return false
	}
	for _, table := range []string{"failures", "exchanges", "minutes", "group_minutes", "groups", "counted"} {
		if s.Relation == table || strings.HasPrefix(s.Relation, table+"_2") || strings.HasPrefix(s.Index, table+"_2") {
			return true
		}
	}
	return false
}

func TestNoPageGoesThroughAWholeSharedTable(t *testing.T) {
	shared(t, func(address string) {
		s := observe(t, address)
		aged(t, s.Store, 1200)
		check(t, store.OnWriter(t.Context(), s.Store, `ANALYZE`))
		s.plans(t)
		for _, text := range everyField() {
			t.Run(text, func(t *testing.T) {
				for _, after := range []string{"", "id-1100"} {
					_, _, err := s.Failures(t.Context(), store.Page{Filter: only(t, text), After: after, Limit: 50})
					check(t, err)
					s.narrow(t)
				}
			})
		}
	})
}

// TestPagesReadNoMonthThatIsBehind goes through failures of a year: a page reads no month
// that is later than the failure after which it begins.
func TestPagesReadNoMonthThatIsBehind(t *testing.T) {
	shared(t, func(address string) {
		s := observe(t, address)
		var b capture.Batch
		for i := range 240 {
			b.Failures = append(b.Failures, storetest.Failure(fmt.Sprintf("id-%04d", i), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i)*36*time.Hour)))
		}
		add(t, s.Store, b)
		check(t, store.OnWriter(t.Context(), s.Store, `ANALYZE`))
		s.plans(t)
		at := b.Failures[120].Time
		for _, text := range []string{"", "status:503", "code:E1", "host:nowhere.example", "rejeitada", "since:2026-03-01"} {
			_, _, err := s.Failures(t.Context(), store.Page{Filter: only(t, text), After: b.Failures[120].ID, Limit: 10})
			check(t, err)
			read := map[string]bool{}
			for _, one := range s.plans(t) {
				if strings.Contains(one.Query, "WHERE id = ") {
					continue // It looks for the failure itself, whose time is not known.
				}
				one.Plan.each(func(s step) {
					_, month, _ := strings.Cut(s.Relation, "_")
					read[month] = read[month] || s.Loops > 0
				})
			}
			for month := at.AddDate(0, 1, 0); month.Year() == at.Year(); month = month.AddDate(0, 1, 0) {
				if read[month.Format("2006_01")] {
					t.Errorf("%q after %s reads %s", text, at, month.Format("2006_01"))
				}
			}
			if text != "host:nowhere.example" && !read[at.Format("2006_01")] {
				t.Errorf("%q reads %v", text, read)
			}
		}
	})
}
