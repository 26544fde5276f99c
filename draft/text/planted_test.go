package text_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/proxy"
)

// planted are values that must not leave.
func planted() []string {
	return []string{"529.982.247-25", "52998224725", "maria.quiteria@example.com", "4539578763621486", "11.222.333/0001-81"}
}

// TestNoPlantedValueLeavesInAnyForm puts personal data where apps, vendors and people
// write, together with markup that wants to be active.
func TestNoPlantedValueLeavesInAnyForm(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for _, value := range planted() {
		for range 3 {
			before, after := markup(random), markup(random)
			s := situation{evidence: holding(before+" "+value+" "+after, value)}
			s.by = written(before + " " + value + " " + after)
			for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
				absent(t, value, forms(t, s.draft(t, lang), options(t, lang)))
				m := situation{by: s.by, manual: &draft.Manual{Kind: draft.Question, Title: "Cliente " + value, Text: before + " " + value}}
				absent(t, value, forms(t, m.draft(t, lang), options(t, lang)))
			}
		}
	}
}

// absent fails the test where a form has the value or its HTML is active.
func absent(t *testing.T, value string, written map[string]string) {
	t.Helper()
	for form, ticket := range written {
		if i := strings.Index(ticket, value); i >= 0 {
			t.Errorf("%s has %q: …%s", form, value, ticket[max(0, i-60):i+len(value)])
		}
	}
	inert(t, written["ticket.html"])
}

func markup(random *rand.Rand) string {
	parts := []string{"<script>alert(1)</script>", "](javascript:x)", "\n```\n", "<img src=x onerror=y>", "cliente", "\n# ", "&lt;b&gt;", "<!--"}
	return parts[random.IntN(len(parts))] + " " + parts[random.IntN(len(parts))]
}

// holding is a failure as it is captured, that has value in many places, alone or in a
// sentence.
func holding(sentence, value string) draft.Evidence {
	f := answered(charge(), 500, "", "application/json", `{"cliente":"`+value+`","itens":[{"obs":"de `+value+` hoje"}]}`)
	r := &f.Exchange.Request
	r.URL += "?cliente=" + value
	r.Header = append(r.Header, proxy.Field{Name: "X-Customer", Value: value})
	r.Body = body(`{"pagador":"` + value + `"}`)
	f.Exchange.Response.Header = append(f.Exchange.Response.Header, proxy.Field{Name: "X-Debug", Value: "cliente " + value})
	f.Exchange, f.Redactions = redact.New().Exchange(&f.Exchange)
	f.Vendor = capture.Vendor{Code: "E1", Message: sentence}
	f.Endpoint = "POST api.bank.example/v1/clientes/" + value
	e := many(f, 3, time.Minute)
	good := f.Exchange
	good.Response = &proxy.Response{Status: 200, Header: proxy.Fields{{Name: "X-Debug", Value: "outro " + value}}, Body: body(`{}`)}
	e.Good = &good
	return e
}

func written(sentence string) compose.Decisions {
	choices := map[draft.Field]draft.Choice{}
	for _, field := range []draft.Field{draft.FieldTitle, draft.FieldDescription, draft.FieldSteps, draft.FieldExpected, draft.FieldDevice, draft.FieldMedia} {
		choices[field] = draft.Choice{Value: sentence, By: "ana", At: at}
	}
	return compose.Decisions{Choices: choices}
}
