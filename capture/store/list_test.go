package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
)

// scattered are failures of many sorts, of which many come in the same microsecond.
func scattered(t *testing.T, s *store.Store, count int) (all []*capture.Failure) {
	t.Helper()
	for n := range count {
		f := whole(fmt.Sprintf("id-%05d", n*7919%count), noon.Add(time.Duration(n/90)*time.Second+time.Duration(n/9%10)*time.Microsecond*time.Duration(n/2000%2)))
		f.Fingerprint = fmt.Sprintf("v2-%03d3456789abcdef", n/3%450)
		f.Vendor = capture.Vendor{Code: fmt.Sprintf("E%d", n/3%450), Message: "recusada"}
		f.Exchange.Response.Status = 400 + n/3%3
		f.Exchange.Phases.Total = time.Duration(n*37%1000) * time.Millisecond
		f.Exchange.Request.URL = fmt.Sprintf("https://api.bank.example/v1/item-%d", n%600)
		f.Exchange.Request.Body.Data, f.Exchange.Response.Body.Data = nil, []byte("saldo")
		all = append(all, f)
	}
	add(t, s, capture.Batch{Failures: all})
	slices.SortFunc(all, func(a, b *capture.Failure) int {
		if c := b.Time.Compare(a.Time); c != 0 {
			return c
		}
		if a.ID > b.ID {
			return -1
		}
		return 1
	})
	return all
}

// TestPagesOfRareFailuresLookAtFew goes on from page to page, of which each looks at no
// more than some hundreds, and finds each failure once, in order.
func TestPagesOfRareFailuresLookAtFew(t *testing.T) {
	s := fresh(t)
	all := scattered(t, s, 4500)
	for left := true; left; {
		var err error
		left, err = s.Index(t.Context(), 2000)
		check(t, err)
	}
	store.Look(s, 100)
	for text, fits := range map[string]func(*capture.Failure) bool{
		"duration>995ms": func(f *capture.Failure) bool { return f.Exchange.Phases.Total > 995*time.Millisecond },
		"duration>2s":    func(*capture.Failure) bool { return false },
		"code:E7 duration<10ms": func(f *capture.Failure) bool {
			return f.Vendor.Code == "E7" && f.Exchange.Phases.Total < 10*time.Millisecond
		},
		"code:E7,E8 or code:E9": func(f *capture.Failure) bool { return slices.Contains([]string{"E7", "E8", "E9"}, f.Vendor.Code) },
		"code:E1*":              func(f *capture.Failure) bool { return f.Vendor.Code[:2] == "E1" },
		"status:401 duration>995ms": func(f *capture.Failure) bool {
			return f.Status() == 401 && f.Exchange.Phases.Total > 995*time.Millisecond
		},
		"status:401 -path:/v1/item-1*": func(f *capture.Failure) bool {
			return f.Status() == 401 && !strings.Contains(f.Exchange.Request.URL, "item-1")
		},
		"status:402 duration>700ms": func(f *capture.Failure) bool {
			return f.Status() == 402 && f.Exchange.Phases.Total > 700*time.Millisecond
		},
		"status:401 duration>900ms": func(f *capture.Failure) bool {
			return f.Status() == 401 && f.Exchange.Phases.Total > 900*time.Millisecond
		},
		"path:/v1/item-17":                 func(f *capture.Failure) bool { return f.Exchange.Request.URL == "https://api.bank.example/v1/item-17" },
		"saldo path:/v1/item-17":           func(f *capture.Failure) bool { return f.Exchange.Request.URL == "https://api.bank.example/v1/item-17" },
		"(saldo or nunca) duration>=999ms": func(f *capture.Failure) bool { return f.Exchange.Phases.Total >= 999*time.Millisecond },
		"status:401 -code:E*":              func(*capture.Failure) bool { return false },
	} {
		want := []string{}
		for _, f := range all {
			if fits(f) {
				want = append(want, f.ID)
			}
		}
		for _, size := range []int{4, 90} {
			if diff := cmp.Diff(want, listed(t, s, text, size)); diff != "" {
				t.Errorf("%s, in pages of %d: -want +got:\n%s", text, size, diff)
			}
		}
	}
	page, next, err := s.Failures(t.Context(), store.Page{Limit: 4, Filter: only(t, "duration>2s")})
	check(t, err)
	if len(page) > 0 || next == "" {
		t.Errorf("a page that finds nothing among the latest has %d failures and goes on at %q", len(page), next)
	}
}
