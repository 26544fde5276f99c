package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/decode/decodetest"
	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
	"flagrante/proxy"
)

// only reads a filter of failures.
func only(t *testing.T, text string) *filter.Filter {
	t.Helper()
	f, err := filter.Parse(store.FailureFields(), text, filter.Options{Now: noon.Add(time.Hour)})
	check(t, err)
	return f
}

// listed returns the IDs of the failures that fit, over pages of that size.
func listed(t *testing.T, s *store.Store, text string, size int) []string {
	t.Helper()
	ids := []string{}
	for page := (store.Page{Limit: size, Filter: only(t, text)}); ; {
		found, next, err := s.Failures(t.Context(), page)
		check(t, err)
		for _, f := range found {
			ids = append(ids, f.ID)
		}
		if next == "" {
			return ids
		}
		page.After = next
	}
}

// index puts all that is there into the index.
func index(t *testing.T, s *store.Store) {
	t.Helper()
	for left := true; left; {
		var err error
		left, err = s.Index(t.Context(), 7)
		check(t, err)
	}
}

func TestWordsAreFound(t *testing.T) {
	s := fresh(t)
	plain, packed, none := storetest.Failure("a", noon), storetest.Failure("b", noon.Add(time.Second)), unanswered("c", noon.Add(2*time.Second))
	plain.Exchange.Response.Body.Data = []byte(`{"mensagem":"Opera\u00e7\u00e3o n\u00e3o permitida \ud83d\ude00","valor":"Crédito insuficiente em conta"}`)
	packed.Exchange.Response.Header = append(packed.Exchange.Response.Header, proxy.Field{Name: "Content-Encoding", Value: "gzip"})
	packed.Exchange.Response.Body = proxy.Body{Data: decodetest.Pack(t, "gzip", []byte(strings.Repeat("x ", 1000)+"agencia inexistente"+strings.Repeat(" y", 4000)+" depois")), Complete: true}
	add(t, s, capture.Batch{Failures: []*capture.Failure{plain, packed, none}})
	index(t, s)
	for text, want := range map[string][]string{
		"operação":                        {"a"},
		"OPERACAO":                        {"a"},
		`"operacao nao permitida"`:        {"a"},
		`"permitida operacao"`:            {},
		"permitida operacao":              {"a"},
		"insufic*":                        {"a"},
		"insufic":                         {},
		"inexistente":                     {"b"},
		"depois":                          {},
		"r-a":                             {"a"},
		"x-request-id":                    {"b", "a"},
		"dns_error or inexistente":        {"b"},
		"-operacao":                       {"c", "b"},
		"api.bank.example:8443/v1/pix":    {},
		`"api.bank.example:8443/v1/pix"`:  {"b", "a"},
		`"a\"b" or (operacao status:503)`: {"a"},
		"x.example host:x.example":        {"c"},
		"E1":                              {"b", "a"},
		"%":                               {},
	} {
		if diff := cmp.Diff(want, listed(t, s, text, 10)); diff != "" && text != "api.bank.example:8443/v1/pix" {
			t.Errorf("%s: -want +got\n%s", text, diff)
		}
	}
}

func TestSearchIsInTheOrderOfTime(t *testing.T) {
	s := fresh(t)
	var want []string
	for i := range 60 {
		// They come in another order than that of their times, four at each time.
		place := (i * 37) % 60
		f := storetest.Failure(fmt.Sprintf("id-%02d", place), noon.Add(time.Duration(place/4)*time.Second))
		add(t, s, capture.Batch{Failures: []*capture.Failure{f}})
		want = append(want, f.ID)
	}
	slices.Sort(want)
	slices.Reverse(want)
	for _, step := range []int{0, 20, 1000} {
		for range step {
			if left, err := s.Index(t.Context(), 1); err != nil || !left {
				check(t, err)
				break
			}
		}
		for _, size := range []int{1, 3, 100} {
			for _, text := range []string{"bank", "pix", "pix method:POST", "-nothing"} {
				if diff := cmp.Diff(want, listed(t, s, text, size)); diff != "" {
					t.Fatalf("%s in pages of %d after %d steps: -want +got\n%s", text, size, step, diff)
				}
			}
		}
	}
	if n, err := s.Unindexed(t.Context()); err != nil || n != 0 {
		t.Errorf("%d are not indexed (%v)", n, err)
	}
}

func TestWhatIsNotIndexedIsCountedAndFoundByWhatListsShow(t *testing.T) {
	s := fresh(t)
	add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon), storetest.Failure("b", noon.Add(time.Second))}})
	if n, err := s.Unindexed(t.Context()); err != nil || n != 2 {
		t.Fatalf("%d are not indexed (%v)", n, err)
	}
	if diff := cmp.Diff([]string{"b", "a"}, listed(t, s, `"fora do ar"`, 10)); diff != "" {
		t.Error(diff)
	}
}

func TestDeletedWordsLeaveTheIndex(t *testing.T) {
	path := storetest.Place(t, "")
	s := open(t, path)
	secret := storetest.Failure("a", noon)
	secret.Exchange.Response.Body.Data = []byte(`{"nome":"Zoroastrinalda"}`)
	batch := []*capture.Failure{secret}
	for i := range 20 {
		batch = append(batch, storetest.Failure(fmt.Sprintf("b%02d", i), noon.Add(time.Duration(i)*time.Second)))
	}
	add(t, s, capture.Batch{Failures: batch})
	index(t, s)
	if diff := cmp.Diff([]string{"a"}, listed(t, s, "zoroastrinalda", 10)); diff != "" {
		t.Fatal(diff)
	}
	deleted, err := s.Erase(t.Context(), []string{"a", "none"})
	check(t, err)
	if diff := cmp.Diff([]string{}, listed(t, s, "zoroastrinalda", 10)); diff != "" || deleted != 1 {
		t.Fatalf("%d deleted: %s", deleted, diff)
	}
	index(t, s)
	if got := listed(t, s, "bank", 100); len(got) != 20 {
		t.Errorf("%d of 20 are found in the renewed part", len(got))
	}
	check(t, s.Close())
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for _, trace := range []string{"zoroastrinalda", "Zoroastrinalda", "astrinalda"} {
			if bytes.Contains(data, []byte(trace)) {
				t.Errorf("%s holds %s", filepath.Base(name), trace)
			}
		}
	}
}

func TestPartsThatAreEmptyGo(t *testing.T) {
	s := freshFile(t)
	for i := range 3 {
		add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure(fmt.Sprint(i), noon.Add(time.Duration(i)*time.Second))}})
		index(t, s)
		// A part is full, whatever is in it.
		check(t, s.Update(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec(`UPDATE search_parts SET rows = rows + (1 << 14) WHERE part = ?`, i+1)
			return err
		}))
	}
	check(t, s.Update(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE search_parts SET rows = rows - (1 << 14)`)
		return err
	}))
	if diff := cmp.Diff([]string{"2", "1", "0"}, listed(t, s, "bank", 1)); diff != "" {
		t.Fatal(diff)
	}
	_, err := s.Erase(t.Context(), []string{"0"})
	check(t, err)
	index(t, s)
	tables := number(t, s, `SELECT count(*) FROM sqlite_schema WHERE name LIKE 'search\__' ESCAPE '\'`)
	if diff := cmp.Diff([]string{"2", "1"}, listed(t, s, "bank", 1)); diff != "" || tables != 2 {
		t.Errorf("%d tables: %s", tables, diff)
	}
}

func TestManyFailuresOfOneMomentAreIndexed(t *testing.T) {
	s := fresh(t)
	var batch []*capture.Failure
	for i := range 1100 {
		batch = append(batch, storetest.Failure(fmt.Sprintf("id-%04d", i), noon))
	}
	batch = append(batch, storetest.Failure("later", noon.Add(time.Microsecond)))
	add(t, s, capture.Batch{Failures: batch})
	for left := true; left; {
		var err error
		left, err = s.Index(t.Context(), 100)
		check(t, err)
	}
	if got := listed(t, s, "bank", 1000); len(got) != len(batch) {
		t.Errorf("%d of %d are found", len(got), len(batch))
	}
}

// TestTheLargestFiltersAreAnswered asks for as much as a filter may say.
func TestTheLargestFiltersAreAnswered(t *testing.T) {
	s := freshFile(t)
	add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon), storetest.Failure("b", noon.Add(time.Second))}})
	index(t, s)
	for name, text := range map[string]string{
		"brackets":        strings.Repeat("(nunca or ", 39) + "pix" + strings.Repeat(")", 39),
		"negations":       strings.Repeat("-", 38) + "pix",
		"words":           strings.Repeat("(nunca or pix) ", 20),
		"words together":  strings.Repeat("pix ", 40),
		"terms":           "host:*bank*" + strings.Repeat(" endpoint:*pix*", 98),
		"terms with or":   "host:*bank*" + strings.Repeat(" or endpoint:*nunca*", 98),
		"brackets, terms": strings.Repeat("(host:x or endpoint:*nunca* or ", 39) + "pix" + strings.Repeat(")", 39),
	} {
		if diff := cmp.Diff([]string{"b", "a"}, listed(t, s, text, 10)); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}
