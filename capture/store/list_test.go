package store_test

import (
	orders "cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// scattered are failures of many sorts, of which many come in the same microsecond.
func scattered(t *testing.T, s *store.Store, count int) (all []*capture.Failure) {
	t.Helper()
	for n := range count {
		f := storetest.Failure(fmt.Sprintf("id-%05d", n*7919%count), noon.Add(time.Duration(n/90)*time.Second+time.Duration(n/9%10)*time.Microsecond*time.Duration(n/2000%2)))
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

// TestFailuresOfOneMicrosecondAreListedOnce has more failures in each of a few neighbouring
// microseconds than any step of a list looks at together, and goes through them on every way
// that a list can take, whole in the index of words, in part, and not at all.
func TestFailuresOfOneMicrosecondAreListedOnce(t *testing.T) {
	s := fresh(t)
	var all []*capture.Failure
	for n := range 1200 {
		f := storetest.Failure(fmt.Sprintf("id-%05d", n*7919%1200), noon.Add(time.Duration(n%3)*time.Microsecond))
		f.Fingerprint = fmt.Sprintf("v2-%03d3456789abcdef", n/3%40)
		f.Vendor.Code = fmt.Sprintf("E%d", n/3%40)
		f.Exchange.Request.Body.Data, f.Exchange.Response.Body.Data = nil, []byte("saldo")
		all = append(all, f)
	}
	add(t, s, capture.Batch{Failures: all})
	slices.SortFunc(all, func(a, b *capture.Failure) int {
		return orders.Or(b.Time.Compare(a.Time), strings.Compare(b.ID, a.ID))
	})
	for _, indexed := range []int{0, 700, 1200} {
		for n := 0; n < indexed; n += 350 {
			_, err := s.Index(t.Context(), 350)
			check(t, err)
		}
		for text, fits := range map[string]func(*capture.Failure) bool{
			"":                     func(*capture.Failure) bool { return true },
			"kind:http_status":     func(*capture.Failure) bool { return true },
			"code:E7":              func(f *capture.Failure) bool { return f.Vendor.Code == "E7" },
			"code:E7,E8,E9 -pix":   func(*capture.Failure) bool { return false },
			"code:E3*":             func(f *capture.Failure) bool { return strings.HasPrefix(f.Vendor.Code, "E3") },
			"id:*7":                func(f *capture.Failure) bool { return strings.HasSuffix(f.ID, "7") },
			"pix":                  func(*capture.Failure) bool { return true },
			"pix code:E3*":         func(f *capture.Failure) bool { return strings.HasPrefix(f.Vendor.Code, "E3") },
			"(pix or nunca) id:*7": func(f *capture.Failure) bool { return strings.HasSuffix(f.ID, "7") },
		} {
			want := []string{}
			for _, f := range all {
				if fits(f) {
					want = append(want, f.ID)
				}
			}
			for _, size := range []int{53, 1000} {
				if diff := cmp.Diff(want, listed(t, s, text, size)); diff != "" {
					t.Errorf("%q, in pages of %d, %d in the index: -want +got:\n%s", text, size, indexed, diff)
				}
			}
		}
	}
}

// TestWhatComesInTheMicrosecondOfAPageMovesNothing goes on from page to page while others
// come in the same microsecond: those that were there are listed once, in order.
func TestWhatComesInTheMicrosecondOfAPageMovesNothing(t *testing.T) {
	s := fresh(t)
	var want, got []string
	var first []*capture.Failure
	for n := range 100 {
		first = append(first, storetest.Failure(fmt.Sprintf("id-%03d0", n), noon))
		want = append(want, first[n].ID)
	}
	add(t, s, capture.Batch{Failures: first})
	slices.Reverse(want)
	page := store.Page{Limit: 7}
	for n := 0; ; n++ {
		found, next, err := s.Failures(t.Context(), page)
		check(t, err)
		for _, f := range found {
			if strings.HasSuffix(f.ID, "0") {
				got = append(got, f.ID)
			}
		}
		if page.After = next; next == "" {
			break
		}
		add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure(fmt.Sprintf("id-%03d1", n*7%100), noon), storetest.Failure(fmt.Sprintf("id-%03d2", 99-n), noon)}})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
