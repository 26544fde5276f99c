package drafttest

import (
	"bytes"
	"os"
	"testing"
	"time"

	"flagrante/capture/intake"
	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
)

// Settings are those of an installation in Brazil that says nothing else.
func Settings(tb testing.TB, lang draft.Lang) compose.Settings {
	tb.Helper()
	guide, err := profile.Default()
	if err != nil {
		tb.Fatal(err)
	}
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		tb.Fatal(err)
	}
	return compose.Settings{Profile: guide, Lang: lang, Zone: zone}
}

// Import takes recordings into a new store, one after the other, as `flagrante import`
// does. The store is a file, or in a second run of the tests a shared database.
func Import(tb testing.TB, recordings ...[]byte) *store.Store {
	tb.Helper()
	s := storetest.Fresh(tb, os.Getenv(storetest.Variable))
	Into(tb, s, recordings...)
	return s
}

// Into takes recordings into a store as each of them comes, in a process of its own.
func Into(tb testing.TB, s *store.Store, recordings ...[]byte) {
	tb.Helper()
	rules, err := judge.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	country, err := locate.ParseCountry("BR")
	if err != nil {
		tb.Fatal(err)
	}
	pipeline := record.NewPipeline(&locate.Locator{Country: country}, rules.Thorough(), nil)
	for _, r := range recordings {
		if _, err := intake.Recording(tb.Context(), bytes.NewReader(r), s, pipeline); err != nil {
			tb.Fatal(err)
		}
	}
}

// Drafts returns the book of the drafts in a store, rolled up.
func Drafts(tb testing.TB, s *store.Store, settings compose.Settings) *lifecycle.Book {
	tb.Helper()
	book := lifecycle.New(s, settings)
	if err := book.RollUp(tb.Context(), time.Time{}); err != nil {
		tb.Fatal(err)
	}
	return book
}

// All returns all drafts with their evidence, those seen last first.
func All(tb testing.TB, book *lifecycle.Book) []draft.Draft {
	tb.Helper()
	for left := true; left; {
		var err error
		if left, err = book.Refresh(tb.Context(), 1000); err != nil {
			tb.Fatal(err)
		}
	}
	all, _, err := book.List(tb.Context(), "", 1000)
	for i := range all {
		if err == nil {
			all[i], err = book.Draft(tb.Context(), all[i].ID)
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
	return all
}
