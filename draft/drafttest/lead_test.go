package drafttest_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"flagrante/draft"
	. "flagrante/draft/drafttest"
)

// worstFirst are the severities.
func worstFirst() []draft.Severity {
	return []draft.Severity{draft.Critical, draft.High, draft.Medium, draft.Low}
}

func TestSeverityAsWhoLeadsASupportTeamSeesIt(t *testing.T) {
	all := ofLeads()
	var files [][]byte
	host := func(i int) string { return strings.Replace(all[i].host, ".com.br", fmt.Sprintf("%d.com.br", i), 1) }
	for i, l := range all {
		tape := New(host(i))
		l.tape(tape)
		files = append(files, tape.HAR(t))
	}
	found := map[string][]draft.Draft{}
	for _, d := range All(t, Drafts(t, Import(t, files...), Settings(t, draft.Portuguese))) {
		found[d.Evidence.Group.Host] = append(found[d.Evidence.Group.Host], d)
	}
	categories := map[draft.Environment]string{draft.Production: "TI - Operacional em Produção", draft.Staging: "TI - Integração"}
	for i, l := range all {
		got := ""
		of := found[host(i)]
		slices.SortStableFunc(of, func(a, b draft.Draft) int {
			return cmp.Compare(slices.Index(worstFirst(), a.Severity.Value), slices.Index(worstFirst(), b.Severity.Value))
		})
		for _, d := range of {
			if d.Category != categories[d.Environment.Value] {
				t.Errorf("%s: the category is %q in %s", l.name, d.Category, d.Environment.Value)
			}
		}
		if len(of) > 0 {
			got = fmt.Sprint(of[0].Environment.Value, " ", of[0].Severity.Value, " ", of[0].Side.Value)
		}
		if got != l.want {
			t.Errorf("%s: %q, want %q", l.name, got, l.want)
			for _, d := range of {
				t.Logf("%s %s: %v", d.Severity.Value, d.Title, d.Severity.Reasons)
			}
		}
	}
}
