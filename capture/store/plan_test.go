package store_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"flagrante/capture/store"
	"flagrante/capture/store/plan"
	"flagrante/capture/store/storetest"
)

// tables are those that grow with the failures and the traffic.
func tables() []string {
	return []string{"failures", "f", "exchanges", "x", "search_rows", "r", "contents", "content_data", "minutes", "m", "group_minutes", "groups", "g", "counted", "drafts", "d"}
}

// small are parts of statements that only look at what there is little of: a row for each
// 16,384 failures, one for each sort of them, the rows of the index that belong to a page
// (4,000 at most), what is not indexed yet (5,000), stretches of time that grow until a page
// is full, the minutes and origins of a group, those of a window at a host, the members of a host, groups that may have been sent, and the latest 5,000
// failures for values.
func small() []string {
	return []string{"PRAGMA", "pragma_", "FROM search_parts", "FROM sorts AS failures", "FROM sorts)", "failures NOT INDEXED WHERE", "FROM json_each(?1) AS prints", "FROM groups WHERE parent = ?", "m.parent = groups.fingerprint", "FROM groups WHERE EXISTS (SELECT 1 FROM receipts", "LIMIT ?2) AS latest)", "SELECT endpoint, sum(calls)", "FROM group_minutes WHERE fingerprint = ?2", "FROM group_origins g LEFT JOIN origins o", "CREATE VIRTUAL", "DROP TABLE"}
}

// asking opens a store of which the statements are seen.
func asking(t *testing.T) (*store.Store, *plan.Log, *sql.DB) {
	t.Helper()
	path := storetest.Place(t, "")
	log, driver := plan.Register(t.Name())
	s, err := store.Open(t.Context(), path, store.WithDriver(driver))
	check(t, err)
	db, err := sql.Open("sqlite3", path)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()); check(t, s.Close()) })
	aged(t, s, 1200)
	log.Take()
	return s, log, db
}

// narrow fails for each statement that goes through a whole table or sorts what it finds.
func narrow(t *testing.T, log *plan.Log, db *sql.DB) {
	t.Helper()
	asked := log.Take()
	if len(asked) == 0 {
		t.Fatal("nothing was asked")
	}
	for _, one := range asked {
		if slices.ContainsFunc(small(), func(part string) bool { return strings.Contains(one.Statement, part) }) {
			continue
		}
		lines, err := plan.Of(t.Context(), db, one)
		check(t, err)
		if whole := plan.Whole(lines, tables()...); len(whole) > 0 {
			t.Errorf("%s\n%s\n\tof %s", one.Statement, strings.Join(whole, "\n"), strings.Join(lines, "\n\t   "))
		}
	}
}

func TestNoPageGoesThroughAWholeTable(t *testing.T) {
	s, log, db := asking(t)
	for _, text := range everyField() {
		t.Run(text, func(t *testing.T) {
			for _, after := range []string{"", "id-1100"} {
				_, _, err := s.Failures(t.Context(), store.Page{Filter: only(t, text), After: after, Limit: 50})
				check(t, err)
				narrow(t, log, db)
			}
		})
	}
}

// everyField are filters by each field, and some by several.
func everyField() []string {
	return []string{
		"", "host:api.*", "host:api.bank.example:8443", "endpoint:*/pix/*", "-endpoint:*/health", "method:POST", "code:E1", "status>=500", "status:4xx,503", "kind:timeout,http_status",
		"env:staging", "draft:d-0123456789", "fingerprint:v2-0*", "path:/v1/*", "url:*pix*", "message:ar", "error:dns_error", "duration>1s", "since:2020-01-01", "until:2020-01-01",
		"country:BR", "client:127.0.0.1", "id:id-0100", "attempt>1", "size>1kb", "request_size>1kb", "request_id:r-1", "is:expected", "is:pinned", "is:retried", "is:slow", "tag:pix", "note:banco", "has:note is:pinned",
		"has:code", "has:answer", "has:country", "has:redactions", "has:exposure", "has:draft", "has:body", "has:before",
		"rejeitada", `"fora do ar"`, "rejeit* status:503", "-rejeitada", "rejeitada or kind:timeout", "(status:503 or code:E9) fora",
		`status>=500 host:api.* kind:http_status env:staging since:2020-01-01 -endpoint:*/health "fora do ar"`,
	}
}

func TestNothingElseGoesThroughAWholeTable(t *testing.T) {
	s, log, db := asking(t)
	const group, host = "v2-023456789abcdef", "api.bank.example:8443"
	end := noon.Add(20 * time.Hour)
	for name, ask := range map[string]func() error{
		"groups":      func() error { _, _, err := s.Groups(t.Context(), store.Page{Limit: 1}); return err },
		"next groups": func() error { _, _, err := s.Groups(t.Context(), store.Page{Limit: 1, After: group}); return err },
		"group":       func() error { _, err := s.Group(t.Context(), "v2-023"); return err },
		"failure":     func() error { _, err := s.Failure(t.Context(), "id-1150"); return err },
		"chain":       func() error { _, err := s.Chain(t.Context(), "c"); return err },
		"request ids": func() error { _, err := s.RequestIDs(t.Context(), group, 20); return err },
		"exposures":   func() error { _, err := s.Exposures(t.Context(), group, 200); return err },
		"timeline":    func() error { _, err := s.Timeline(t.Context(), group, noon, end, time.Hour); return err },
		"a host": func() error {
			_, err := s.Host(t.Context(), host, store.Span{Back: noon.Add(-time.Hour), From: noon, To: end}, group)
			return err
		},
		"good after":   func() error { _, err := s.GoodAfter(t.Context(), "GET x", noon, end); return err },
		"last failing": func() error { _, err := s.LastFailing(t.Context(), host, noon, end); return err },
		"since":        func() error { _, err := s.Since(t.Context(), group, noon, end); return err },
		"healed":       func() error { _, err := s.Healed(t.Context(), group, noon, end); return err },
		"durations":    func() error { _, err := s.Durations(t.Context(), group, end, 200); return err },
		"minutes":      func() error { _, err := s.Minutes(t.Context(), store.Scope{Host: host}, noon, end); return err },
		"usage": func() error {
			_, _, err := s.Before(t.Context(), store.Scope{Endpoint: "GET x"}, noon, end, end)
			return err
		},
		"last good": func() error { _, _ = s.LastGood(t.Context(), "GET x"); return nil },
		"counted":   func() error { _, err := s.Counted(t.Context(), "x"); return err },
		"hosts":     func() error { _, err := s.FailingHosts(t.Context(), end); return err },
		"lines":     func() error { _, _, err := s.Lines(t.Context(), host); return err },
		"unindexed": func() error { _, err := s.Unindexed(t.Context()); return err },
		"index":     func() error { _, err := s.Index(t.Context(), 10); return err },
		"by age": func() error {
			_, err := s.Prune(t.Context(), store.Limits{Before: noon.Add(9 * time.Minute)}, false, nil)
			return err
		},
		"by number":    func() error { _, err := s.Prune(t.Context(), store.Limits{Failures: 580}, false, nil); return err },
		"by size":      func() error { _, err := s.Prune(t.Context(), store.Limits{Bytes: 1 << 30}, false, nil); return err },
		"erase":        func() error { _, err := s.Erase(t.Context(), []string{"id-0599"}); return err },
		"values":       func() error { _, err := s.Values(t.Context(), "country", "B", 10); return err },
		"other values": func() error { _, err := s.Values(t.Context(), "host", "api", 10); return err },
	} {
		t.Run(name, func(t *testing.T) {
			check(t, ask())
			narrow(t, log, db)
		})
	}
}
