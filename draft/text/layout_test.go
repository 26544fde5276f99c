package text_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/profile"
	"flagrante/draft/text"
)

// own are options with a text of the user's.
func own(t *testing.T, title, source string) text.Options {
	t.Helper()
	o := options(t, draft.Portuguese)
	o.Profile.Ticket = profile.Ticket{Title: profile.Text{Portuguese: title, English: title}, Text: profile.Text{Portuguese: source, English: source}}
	return o
}

func TestATextOfTheUsers(t *testing.T) {
	o := own(t, "[{vendor_code}] {outcome} em {path}", "# {title}\n\nOlá! A chamada `{endpoint}` falha desde **{first_seen}** em *produção*.\n"+
		"- Vezes: {count}\n- Telefone: {phone}[ ({status})]\n[{phone}]\n\n## Comparação\n{comparison}\n\n## Vazio\n\n## Identificadores\n{request_ids}\n\n1. um\n2. dois\n")
	e := many(unavailable(), 12, 95*time.Minute)
	d := compose.Decided("d-1", e, compose.Decisions{}, compose.Settings{Profile: o.Profile, Lang: o.Lang, Zone: o.Zone})
	want := `# SRV-001 503 Service Unavailable em /v1/charges

Olá\! A chamada ` + "`POST api.bank.example/v1/charges`" + ` falha desde **22/11/2026 20:27:03.045 (America/Sao_Paulo, UTC-03:00) = 22/11/2026 23:27:03.045 UTC** em \*produção\*.

- Vezes: 12
- Telefone:  (503)

## Vazio

## Identificadores

- ` + "`req-7d1e`" + `

1. um
2. dois
`
	if diff := cmp.Diff(want, text.Markdown(d, o)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What the vendor says is filled in as text, whatever the user's text does with it.
func TestValuesInATextOfTheUsersStayText(t *testing.T) {
	o := own(t, "{vendor}", "# {title}\n\n{vendor_message}\n\n- {vendor_message}\n\n## {vendor_message}\n**{vendor_message}** `{vendor_message}`\n{steps}\n")
	for _, hostile := range []string{"<script>alert(1)</script>", "{steps}", "[a](javascript:b)", "`x` **y**", "\n# z\n- w", "![](http://x)"} {
		e := once(unavailable())
		e.First.Vendor.Code, e.First.Vendor.Message = "", hostile
		d := compose.Decided("d-1", e, compose.Decisions{}, compose.Settings{Profile: o.Profile, Lang: o.Lang, Zone: o.Zone})
		fragment, err := text.HTML(d, o)
		if err != nil {
			t.Fatal(err)
		}
		inert(t, fragment)
		if n := strings.Count(fragment, "<h1>") + strings.Count(fragment, "<h2>"); n != 2 {
			t.Errorf("%q makes %d headings:\n%s", hostile, n, fragment)
		}
	}
}

// Every name that a profile may use is filled in somewhere.
func TestEveryNameOfATextIsFilledIn(t *testing.T) {
	e := counted(many(unavailable(), 12, 95*time.Minute), 20, time.Time{})
	e.Good = goodThenBad().Good
	for _, name := range append(profile.TextNames().Values, profile.TextNames().Parts...) {
		o := own(t, "{subject}", "{"+name+"}")
		choices := map[draft.Field]draft.Choice{draft.FieldDescription: {Value: "x", By: "ana", At: at}, draft.FieldSeverity: {Value: "critical", By: "ana", At: at}}
		d := compose.Decided("d-1", e, compose.Decisions{Choices: choices}, compose.Settings{Profile: o.Profile, Lang: o.Lang, Zone: o.Zone, Phone: "+55 11 4000-0000"})
		if got := strings.TrimSpace(text.Plain(d, o)); got == "" || strings.Contains(got, "{") && name != "request" && name != "steps" && name != "response" && name != "comparison" {
			t.Errorf("{%s} becomes %q", name, got)
		}
	}
	for _, name := range profile.TitleValues() {
		if got := text.Title(e, own(t, "{"+name+"}", "x").Profile, draft.English); got == "" || name != "subject" && strings.HasPrefix(got, "POST /v1/charges: ") {
			t.Errorf("{%s} becomes %q in a title", name, got)
		}
	}
}
