package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// TestMaskedIsKept holds what is kept of a value that was masked by hand, until it is
// revoked.
func TestMaskedIsKept(t *testing.T) {
	s := fresh(t)
	first := store.Masked{ID: "m-1", Kind: "project", Mask: "<project:abcdefgh>", Forms: `[{"digest":"x"}]`, DraftID: "d-1", Actor: "ana", Time: noon}
	got, err := s.Mask(t.Context(), first)
	check(t, err)
	if diff := cmp.Diff(first, got); diff != "" {
		t.Error(diff)
	}
	again := first
	again.ID, again.Actor = "m-2", "bia"
	got, err = s.Mask(t.Context(), again)
	check(t, err)
	if diff := cmp.Diff(first, got); diff != "" {
		t.Errorf("the same value once more: %s", diff)
	}
	check(t, s.MaskedUpTo(t.Context(), "m-1", 7, 2, false))
	check(t, s.MaskedUpTo(t.Context(), "m-1", 9, 1, true))
	first.UpTo, first.Failures, first.Done = 9, 3, true
	list, err := s.Masked(t.Context())
	check(t, err)
	if diff := cmp.Diff([]store.Masked{first}, list); diff != "" {
		t.Error(diff)
	}
	check(t, s.Unmask(t.Context(), "m-1"))
	if err := s.Unmask(t.Context(), "m-1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("revoked twice: %v", err)
	}
}

// TestRewriteTexts holds that texts of rows are rewritten, names of ours are not, and
// that words and bytes are gone from the index, the file and its log.
func TestRewriteTexts(t *testing.T) {
	path := storetest.Place(t, "")
	s := open(t, path)
	f := storetest.Failure("a", noon)
	f.Exchange.Request.URL, f.Vendor.Message, f.RequestIDs = "https://api.bank.example:8443/v1/Quimera", "Quimera fora do ar", []string{"Quimera-1"}
	f.Fingerprint = "v1-Quimera"
	_, err := s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{f}})
	check(t, err)
	for left := true; left; {
		left, err = s.Index(t.Context(), 10)
		check(t, err)
	}
	changed, err := s.RewriteTexts(t.Context(), func(text string) string { return strings.ReplaceAll(text, "Quimera", "<x>") })
	check(t, err)
	if diff := cmp.Diff(map[string]int64{"failures": 3}, changed); diff != "" {
		t.Error(diff)
	}
	ids, last, err := s.After(t.Context(), 0, 10)
	check(t, err)
	if more, _, _ := s.After(t.Context(), last, 10); len(ids) != 1 || len(more) != 0 {
		t.Errorf("failures %v, then %v", ids, more)
	}
	got, err := s.Failure(t.Context(), "a")
	check(t, err)
	if got.Vendor.Message != "<x> fora do ar" || got.RequestIDs[0] != "<x>-1" || got.Fingerprint != "v1-Quimera" {
		t.Errorf("became %+v", got)
	}
	got.Exchange.Request.URL, got.Exchange.Request.Header = "https://api.bank.example:8443/v1/<x>", nil
	check(t, s.Replace(t.Context(), got))
	check(t, s.Scrub(t.Context()))
	if len(listed(t, s, "quimera", 5)) > 0 {
		t.Error("the word is still found")
	}
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		check(t, err)
		if strings.Contains(strings.ReplaceAll(string(data), "v1-Quimera", ""), "Quimera") || strings.Contains(string(data), "quimera") {
			t.Errorf("the value is in %s", filepath.Base(name))
		}
	}
}

// TestAudit holds what the audit says, the newest first.
func TestAudit(t *testing.T) {
	s := fresh(t)
	rows := []store.Audit{
		{Time: noon.Add(time.Second), Actor: "ana", Action: "reveal", Subject: "f-1", Place: "request.body/cpf", Mask: "<cpf:abcdefgh>"},
		{Time: noon, Actor: "bia", Action: "mask", Subject: "d-1", Mask: "<project:abcdefgh>"},
	}
	check(t, s.Note(t.Context(), rows[1]))
	check(t, s.Note(t.Context(), rows[0]))
	got, err := s.Audited(t.Context(), 10)
	check(t, err)
	if diff := cmp.Diff(rows, got); diff != "" {
		t.Error(diff)
	}
}
