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

func TestFilterIsExplainedAndCompleted(t *testing.T) {
	h := openDesk(t, &memory{})
	for query, want := range map[string]string{
		"for=drafts&q=severity%3E%3Dhigh+tag%3Aa&cursor=14": `{"explanation":"severidade de pelo menos alta e etiqueta é a","error":null,"completions":[{"insert":"high","start":10,"end":14}]}`,
		"for=failures&q=host%3Aap":                          `{"explanation":"host é ap","error":null,"completions":[{"insert":"aphost","start":5,"end":7},{"insert":"\"ap x\"","start":5,"end":7}]}`,
		"for=failures&q=meth":                               `{"explanation":"contém a palavra “meth”","error":null,"completions":[{"insert":"method:","start":0,"end":4}]}`,
		"for=drafts&q=(state%3Ane":                          `{"explanation":"","error":{"error":"state não tem o valor “ne”","hint":"Você quis dizer state:new?","position":{"start":7,"end":9}},"completions":[{"insert":"new","start":7,"end":9}]}`,
	} {
		w := ask(h, "GET", "/api/v1/filter?"+query, "")
		if diff := cmp.Diff(want, strings.TrimSpace(w.Body.String())); diff != "" || w.Code != 200 {
			t.Errorf("%s: %d %s", query, w.Code, diff)
		}
	}
	for _, query := range []string{"q=a", "for=x", "for=drafts&cursor=x"} {
		if w := ask(h, "GET", "/api/v1/filter?"+query, ""); w.Code != 400 {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
}
