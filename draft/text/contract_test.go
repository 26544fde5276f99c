package text_test

import (
	"strings"
	"testing"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/text"
)

func TestTicketSaysWhereAContractIsNotKept(t *testing.T) {
	f := answered(charge(), 200, "OK", "application/json", "{}")
	f.Kind = capture.KindContract
	f.Reasons = []capture.Reason{
		{Key: "judge.contract", Args: map[string]string{"contract": "pix", "side": "response", "where": "response.body/*/status", "rule": "enum"}},
		{Key: "judge.contract_more", Args: map[string]string{"count": "3"}},
		{Key: "judge.gave_up"},
	}
	got := text.Markdown(composed(t, once(f), draft.English), options(t, draft.English))
	want := `- **Outcome:** contract not kept (HTTP 200)
  - The contract pix is not kept: response.body/\*/status is none of the documented values
  - The contract is not kept in 3 more places
`
	if !strings.Contains(got, want) {
		t.Errorf("the ticket has not\n%s\nbut\n%s", want, got)
	}
	if strings.Contains(got, "gave up") {
		t.Error("other reasons stand there too")
	}
}
