package service

import (
	"net/http"

	"flagrante/capture/filter"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// Span is a place in a text, in characters from 0.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// FilterFault is what is wrong with a filter.
type FilterFault struct {
	Error    string `json:"error"`
	Hint     string `json:"hint"`
	Position Span   `json:"position"`
}

// Fault says what is wrong with a filter, in the language of who asks.
func (d *Service) Fault(r *http.Request, wrong *filter.Error) FilterFault {
	f := FilterFault{Error: text.Visible(words.Say(d.LangOf(r), wrong.Reason)), Position: Span{Start: wrong.Start, End: wrong.End}}
	if wrong.Hint.Key != "" {
		f.Hint = text.Visible(words.Say(d.LangOf(r), wrong.Hint))
	}
	return f
}
