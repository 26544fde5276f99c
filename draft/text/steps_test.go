package text_test

import (
	"strings"
	"testing"

	"flagrante/draft"
	"flagrante/draft/text"
)

func TestNoCommandSendsTheMaskOfABody(t *testing.T) {
	f := charge()
	for content, want := range map[string]bool{"<binary> (application/grpc, 10 bytes)": false, "<binary:6fnabapd> (image/png, 10 bytes)": false, "<binary> (x": true, "{}": true} {
		f.Exchange.Request.Body = body(content)
		ticket := text.Markdown(composed(t, once(f), draft.English), options(t, draft.English))
		if got := strings.Contains(ticket, "\n```bash\ncurl"); got != want {
			t.Errorf("a command with the body %q: %v, want %v", content, got, want)
		}
	}
}
