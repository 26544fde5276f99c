package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"flagrante/capture/filter"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/draft"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// filterArg is the filter of a listing, as a command line gives it.
type filterArg struct {
	Filter []string `arg:"" optional:"" help:"Only those that fit, such as 'status>=500 host:api.* since:2h' (docs/guide/filters.en.md)."`
}

// read reads the filter for what is listed.
func (a filterArg) read(s *filter.Schema, now time.Time, zone *time.Location) (*filter.Filter, error) {
	f, err := filter.Parse(s, strings.Join(a.Filter, " "), filter.Options{Now: now, Zone: zone})
	if wrong, ok := errors.AsType[*filter.Error](err); ok {
		return nil, misuse(wrong, strings.Join(a.Filter, " "))
	}
	return f, err
}

// misuse says what is wrong with a filter, and points at it.
func misuse(wrong *filter.Error, filter string) error {
	said := words.Say(draft.English, wrong.Reason)
	shown := []rune(text.Visible(filter))
	place := ""
	// What had to be made visible has another length.
	if string(shown) == filter {
		place = fmt.Sprintf("\n  %s\n  %s%s", filter, strings.Repeat(" ", wrong.Start), strings.Repeat("^", max(wrong.End-wrong.Start, 1)))
	}
	hint := "docs/guide/filters.en.md shows the language; put the whole filter in single quotes"
	if wrong.Hint.Key != "" {
		hint = words.Say(draft.English, wrong.Hint)
	}
	return hinted.New(&misused{fmt.Errorf("the filter, character %d: %s%s", wrong.Start+1, text.Visible(said), place)}, text.Visible(hint))
}

// misused is an error of whoever typed the command.
type misused struct{ error }

func (m *misused) Unwrap() error { return m.error }
