package desk

import (
	"strings"
	"testing"
	"time"

	"flagrante/draft"
	"flagrante/draft/compare"
)

func TestPagesShowOccurrencesAndTheLastGoodCall(t *testing.T) {
	all := samples()
	all[0].Evidence.Timeline = []draft.Count{{Start: noon.Add(-time.Hour), Failures: 3}, {Start: noon, Failures: 1281}}
	all[0].Evidence.Step = time.Minute
	all[0].Comparison = draft.Comparison{
		Good: noon.Add(-2 * time.Hour), Bad: noon.Add(-time.Hour), More: true,
		Changes: []compare.Change{{Where: "status", From: "200", To: "503"}, {Where: "response.body/data", From: "object", To: ""}, {Where: "response.header.X-<b>", From: "", To: hostile}},
	}
	h := openDesk(t, &memory{drafts: all})
	if page := ask(h, "GET", "/", "").Body.String(); strings.Count(page, `class="spark"`) != 1 {
		t.Errorf("the list draws %d pictures, of which one is known", strings.Count(page, `class="spark"`))
	}
	raw := ask(h, "GET", "/drafts/d-k3f9qa2m?lang=en", "").Body.String()
	if strings.Count(raw, `class="chart"`) != 1 || strings.Contains(raw, "<b>\"") {
		t.Error("the draft has no picture, or a stranger's element")
	}
	page := wordsOf(t, raw)
	for _, want := range []string{
		"Failures over time", "at most 1,281 in one minute", "Last good call × failing call", "status 200 503",
		"response.body/data object –", "There are more differences",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	if other := ask(h, "GET", "/drafts/d-val1dade", "").Body.String(); strings.Contains(other, `class="chart"`) || strings.Contains(other, "compare-head") {
		t.Error("a draft of one call, without a good one, shows a picture or a comparison")
	}
}
