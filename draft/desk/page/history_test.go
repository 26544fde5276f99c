package page

import (
	"testing"

	"flagrante/draft"
)

func TestTheHistoryIsSaidInTheLanguageOfTheDesk(t *testing.T) {
	tests := []struct {
		entry  draft.Entry
		pt, en string
	}{
		{draft.Entry{Action: "edit", Field: "severity", To: "high"}, "corrigiu severidade → alto", "corrected the severity → high"},
		{draft.Entry{Action: "edit", Field: "title", To: "Pix\u202e"}, "corrigiu título → Pix[U+202E]", "corrected the title → Pix[U+202E]"},
		{draft.Entry{Action: "note", Field: "note", To: "ok"}, "anotou → ok", "noted → ok"},
		{draft.Entry{Action: "state", Field: "state", To: "resolved"}, "mudou o estado → resolvido", "changed the state → resolved"},
		{draft.Entry{Action: "later", Field: "unheard"}, "later unheard", "later unheard"},
	}
	for _, tt := range tests {
		if pt, en := told(draft.Portuguese, tt.entry), told(draft.English, tt.entry); pt != tt.pt || en != tt.en {
			t.Errorf("%+v is said %q and %q, want %q and %q", tt.entry, pt, en, tt.pt, tt.en)
		}
	}
}
