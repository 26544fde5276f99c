package desk

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDownloads(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	for path, want := range map[string][3]string{
		"/drafts/d-k3f9qa2m/ticket.md":  {"text/markdown; charset=utf-8", "attachment; filename=flagrante-d-k3f9qa2m.md", "# POST"},
		"/drafts/d-k3f9qa2m/bundle.zip": {"application/zip", "attachment; filename=flagrante-d-k3f9qa2m.zip", "PK d-k3"},
	} {
		w := ask(h, "GET", path, "")
		got := [3]string{w.Header().Get("Content-Type"), w.Header().Get("Content-Disposition"), w.Body.String()[:min(len(want[2]), w.Body.Len())]}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}
