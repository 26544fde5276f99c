package desk

import (
	"net/http"

	"flagrante/capture/filter"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// filter reads ?q=.
func (d *desk) filter(s *filter.Schema, r *http.Request) (*filter.Filter, error) {
	return filter.Parse(s, r.URL.Query().Get("q"), filter.Options{Now: d.Now(), Zone: d.Zone})
}

// span is a place in a text, in characters from 0.
type span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// filterFault is what is wrong with a filter.
type filterFault struct {
	Error    string `json:"error"`
	Hint     string `json:"hint"`
	Position span   `json:"position"`
}

func (d *desk) fault(r *http.Request, wrong *filter.Error) filterFault {
	f := filterFault{Error: text.Visible(words.Say(d.lang(r), wrong.Reason)), Position: span{wrong.Start, wrong.End}}
	if wrong.Hint.Key != "" {
		f.Hint = text.Visible(words.Say(d.lang(r), wrong.Hint))
	}
	return f
}

// failFilter says in the API what is wrong with a filter, and where.
func (d *desk) failFilter(w http.ResponseWriter, r *http.Request, wrong *filter.Error) {
	writeJSON(w, http.StatusBadRequest, d.fault(r, wrong))
}
