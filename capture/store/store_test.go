package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/engine"
	"flagrante/capture/store/storetest"
	"flagrante/proxy"
)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	return s
}

// fresh opens an empty store: a file, or in a second run of the tests a shared database.
func fresh(t *testing.T) *store.Store {
	t.Helper()
	return storetest.Fresh(t, os.Getenv(storetest.Variable))
}

// freshFile opens an empty file, for tests of what only files have.
func freshFile(t *testing.T) *store.Store {
	t.Helper()
	return storetest.Fresh(t, "")
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456000, time.UTC)

func unanswered(id string, at time.Time) *capture.Failure {
	return &capture.Failure{
		ID: id, Time: at, Kind: capture.KindTransport, Host: "x.example", Endpoint: "GET x.example/", Fingerprint: "v1-other",
		Exchange: proxy.Exchange{ID: id, Start: at, Request: proxy.Request{Method: "GET", URL: "http://x.example/"},
			Err: &proxy.Error{Type: "dns_error", Phase: proxy.PhaseDNS, Text: "no such host"}, Aborted: true},
	}
}

func TestWhatGoesInComesOut(t *testing.T) {
	s := fresh(t)
	want := []*capture.Failure{storetest.Failure("a", noon), unanswered("b", noon.Add(time.Second))}
	stored, err := s.Append(t.Context(), capture.Batch{Failures: want})
	check(t, err)
	if stored != 2 {
		t.Errorf("%d stored, want 2", stored)
	}
	for _, f := range want {
		got, err := s.Failure(t.Context(), f.ID)
		check(t, err)
		if diff := cmp.Diff(f, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
			t.Errorf("failure %s (-want +got):\n%s", f.ID, diff)
		}
	}
}

func TestListsHaveNoBodies(t *testing.T) {
	s := fresh(t)
	_, err := s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon)}})
	check(t, err)
	list, _, err := s.Failures(t.Context(), store.Page{})
	check(t, err)
	x := list[0].Exchange
	if x.Request.Header != nil || x.Request.Body.Data != nil || x.Response.Body.Data != nil {
		t.Errorf("a list read headers or bodies: %+v", x)
	}
	if list[0].Status() != 503 || list[0].Vendor.Code != "E1" || x.Phases.Total != 21*time.Millisecond {
		t.Errorf("the list lacks something: %+v", list[0])
	}
}

func TestUnknownIDs(t *testing.T) {
	s := fresh(t)
	_, err := s.Failure(t.Context(), "nope")
	_, _, pageErr := s.Failures(t.Context(), store.Page{After: "nope"})
	_, groupErr := s.Group(t.Context(), "v1-nope")
	_, _, groupsErr := s.Groups(t.Context(), store.Page{After: "nope"})
	for _, err := range []error{err, pageErr, groupErr, groupsErr} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}
}

func TestPagesMissNothingAndRepeatNothing(t *testing.T) {
	s := fresh(t)
	var all []*capture.Failure
	for i := range 25 {
		f := storetest.Failure(fmt.Sprintf("f%02d", i), noon.Add(time.Duration(i/3)*time.Second))
		f.Fingerprint = fmt.Sprintf("v1-%02d", i)
		all = append(all, f)
	}
	_, err := s.Append(t.Context(), capture.Batch{Failures: all})
	check(t, err)
	failures := walk(t, func(p store.Page) ([]capture.Failure, string, error) { return s.Failures(t.Context(), p) }, func(f capture.Failure) string { return f.ID })
	groups := walk(t, func(p store.Page) ([]capture.Group, string, error) { return s.Groups(t.Context(), p) }, func(g capture.Group) string { return g.LastID })
	var want []string
	for i := range 25 {
		want = append(want, fmt.Sprintf("f%02d", 24-i))
	}
	for name, got := range map[string][]string{"failures": failures, "groups": groups} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// walk reads a list in pages of four.
func walk[T any](t *testing.T, page func(store.Page) ([]T, string, error), id func(T) string) []string {
	t.Helper()
	var ids []string
	after := ""
	for {
		rows, next, err := page(store.Page{After: after, Limit: 4})
		check(t, err)
		for _, row := range rows {
			ids = append(ids, id(row))
		}
		if next == "" {
			return ids
		}
		after = next
	}
}

func TestGroupsCount(t *testing.T) {
	orders := [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}}
	for _, order := range orders {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			s := fresh(t)
			for _, i := range order {
				f := storetest.Failure(fmt.Sprint("f", i), noon.Add(time.Duration(i)*time.Minute))
				_, err := s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{f}})
				check(t, err)
			}
			expected := storetest.Failure("expected", noon.Add(time.Hour))
			expected.Expected = true
			stored, err := s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{storetest.Failure("f2", noon), expected}})
			check(t, err)
			if stored != 1 {
				t.Errorf("%d of a known and a new failure were stored, want 1", stored)
			}
			got, err := s.Group(t.Context(), "v1-abcdefghij")
			check(t, err)
			want := capture.Group{
				Fingerprint: "v1-abcdefghijklmnop", Host: "api.bank.example:8443", Endpoint: "POST api.bank.example:8443/v1/pix/{id}",
				Method: "POST", Kind: capture.KindHTTPStatus, Status: 503, VendorCode: "E1", Count: 4,
				FirstSeen: noon, LastSeen: noon.Add(3 * time.Minute), FirstID: "f0", LastID: "f3",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			ids, err := s.RequestIDs(t.Context(), got.Fingerprint, 3)
			check(t, err)
			if diff := cmp.Diff([]string{"r-f3", "r-f2", "r-f1"}, ids); diff != "" {
				t.Errorf("request ids (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	path := storetest.Place(t, "")
	check(t, open(t, path).Ready(t.Context()))
	db, err := sql.Open("sqlite3", path)
	check(t, err)
	_, err = db.Exec("PRAGMA user_version = 1000")
	check(t, err)
	check(t, db.Close())
	if _, err := store.Open(t.Context(), path); !errors.Is(err, engine.ErrNewer) {
		t.Errorf("got %v, want ErrNewer", err)
	}
}

func TestSeveralProcessesAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flagrante.db")
	const writers, each = 4, 20
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			s, err := store.Open(context.Background(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			for i := range each {
				if _, err := s.Append(context.Background(), capture.Batch{Failures: []*capture.Failure{storetest.Failure(fmt.Sprint(w, "-", i), noon)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	g, err := open(t, path).Group(t.Context(), "v1-abcdefghij")
	check(t, err)
	if g.Count != writers*each {
		t.Errorf("counted %d, want %d", g.Count, writers*each)
	}
}

// TestANewFileIsOpenedByManyAtOnce has each of several processes find a file that
// has neither its log nor its tables yet.
func TestANewFileIsOpenedByManyAtOnce(t *testing.T) {
	for round := range 10 {
		path := filepath.Join(t.TempDir(), "flagrante.db")
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				s, err := store.Open(context.Background(), path)
				if err != nil {
					t.Errorf("round %d: %v", round, err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
}

func TestUpdateKeepsAllOrNothing(t *testing.T) {
	s := fresh(t)
	boom := errors.New("boom")
	err := s.Update(t.Context(), func(tx *sql.Tx) error {
		if _, err := tx.Exec(`INSERT INTO groups (fingerprint, host, endpoint, method, kind, status, vendor_code, count, first_seen, last_seen, first_id, last_id)
			VALUES ('f','','','','',0,'',1,0,0,'','')`); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("got %v, want boom", err)
	}
	if groups, _, err := s.Groups(t.Context(), store.Page{}); err != nil || len(groups) != 0 {
		t.Errorf("half an update was kept: %v, %v", groups, err)
	}
}
