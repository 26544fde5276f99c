package desk

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFaultOfAFilterIsPointedAt(t *testing.T) {
	h := openDesk(t, &memory{})
	w := ask(h, "GET", "/api/v1/failures?q=host%3Aa+kind%3Atimout", "")
	want := `{"error":"kind não tem o valor “timout”","hint":"Você quis dizer kind:timeout?","position":{"start":12,"end":18}}`
	if diff := cmp.Diff(want, strings.TrimSpace(w.Body.String())); diff != "" || w.Code != 400 {
		t.Errorf("%d %s", w.Code, diff)
	}
}
