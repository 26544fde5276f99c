package export

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"flagrante/draft"
)

// TestABrokenPortalIsSaidInBothLanguages has every request of a recipe go wrong in
// the ways that portals and the ways to them do. Nothing is made, what to do is said, and
// what can go on does once the portal works.
func TestABrokenPortalIsSaidInBothLanguages(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	page := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	to := func(address string) http.Header { return http.Header{"Location": {address}} }
	for _, test := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request) bool
		// goesOn says that it is tried again by itself, or is not known, where a create may have been
		// the first request.
		goesOn           bool
		english, portuga string
	}{
		{"a sign-in page", answering(302, to("/login?next=1"), ""), false, "its sign-in page (302): check the token", "página de login (302): confira o token"},
		{"another host", answering(307, to(other.URL), ""), false, "which is not followed: correct the url", "não é seguido: corrija a url"},
		{"a page for people", answering(200, page, "<title>Portal"), false, "is a web page (200), not JSON: check the portal's url", "é uma página web (200), e não JSON: confira a url"},
		{"nothing there", answering(405, page, ""), false, "has nothing there (405): check its url", "não há nada nesse endereço do portal (405): confira a url"},
		{"too large", answering(413, page, ""), false, "too large for the portal (413): send the bundle", "grande demais para o portal (413): envie o pacote"},
		{"too many", answering(429, nil, ""), true, "too many requests (429)", "requisições demais (429)"},
		{"in trouble", answering(502, page, "<h1>Bad gateway"), true, "in trouble (502)", "(502)"},
		{"a reset", func(w http.ResponseWriter, _ *http.Request) bool { reset(w); return true }, true, "closed the connection", "fechou a conexão"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for i, c := range contracts() {
				lang, says := draft.English, test.english
				if i%2 == 0 {
					lang, says = draft.Portuguese, test.portuga
				}
				c.lang = lang
				t.Run(c.recipe, func(t *testing.T) { c.broken(t, test.answer, test.goesOn, says) })
			}
		})
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d requests went to a host that is in no setting", n)
	}
}

func (c contract) broken(t *testing.T, answer func(http.ResponseWriter, *http.Request) bool, goesOn bool, says string) {
	v, x, _ := c.start(t, rightToken, nil)
	v.between(func() { v.before = answer })
	parcel, _, err := x.Pack("bank", sample(), nil)
	if err != nil {
		t.Fatal(err)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	if !strings.Contains(result.Text, says) && !c.ownAdvice(result) {
		t.Errorf("it says %q, want … %s …", result.Text, says)
	}
	if strings.Contains(result.Text, rightToken) {
		t.Errorf("it shows the token: %s", result.Text)
	}
	if want := result.State == draft.ReceiptSending || result.State == draft.ReceiptUnknown; want != goesOn && result.State != draft.ReceiptUnknown {
		t.Fatalf("got %+v", result)
	}
	v.between(func() { v.before = nil })
	x.portals["bank"].patience = stepTimeout // it answers now, however slow the machine is
	if result.State == draft.ReceiptSending {
		result = goOn(t, x, parcel, result.Progress, false)
	} else {
		// A person has looked, or sends it anew.
		result = goOn(t, x, parcel, Progress{}, false)
	}
	if result.State != draft.ReceiptSent || len(v.sales()) != 1 {
		t.Errorf("then %+v, with %d tickets", result, len(v.sales()))
	}
}

// ownAdvice reports whether the recipe says itself what to do.
func (c contract) ownAdvice(result Result) bool {
	known, err := Recipes()
	if err != nil {
		return false
	}
	for _, advice := range known[c.recipe].Advice {
		if start, _, _ := strings.Cut(advice.English, `"`); strings.HasPrefix(result.Text, start) {
			return true
		}
		if start, _, _ := strings.Cut(advice.Portuguese, `"`); strings.HasPrefix(result.Text, start) {
			return true
		}
	}
	return false
}

// TestNoRecipeSendsToACertificateOfNobodys has each recipe meet a portal whose certificate no
// authority has signed that is known.
func TestNoRecipeSendsToACertificateOfNobodys(t *testing.T) {
	var asked atomic.Int32
	untrusted := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	for _, c := range contracts() {
		t.Run(c.recipe, func(t *testing.T) {
			c.lang = draft.English
			_, x, _ := c.start(t, rightToken, func(p *Portal) {
				p.URL = untrusted.URL
				for name, value := range p.Set {
					if strings.HasPrefix(value, "http://") {
						p.Set[name] = untrusted.URL
					}
				}
			})
			parcel, _, err := x.Pack("bank", sample(), nil)
			if err != nil {
				t.Fatal(err)
			}
			result := goOn(t, x, parcel, Progress{}, false)
			if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, "certificate is not trusted") || !strings.Contains(result.Text, "ca_file") {
				t.Errorf("got %+v", result)
			}
		})
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests were read by whoever holds that certificate", n)
	}
}

// silent reads a request and does not answer it.
func silent(_ http.ResponseWriter, r *http.Request) bool {
	if _, err := io.Copy(io.Discard, r.Body); err == nil {
		<-r.Context().Done()
	}
	return true
}

// TestNoWayToThePortal has every recipe meet a port without TLS, and a portal that does
// not answer in time: nothing is made, the cause is said, and the ticket leaves once that
// is mended.
func TestNoWayToThePortal(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	for _, c := range contracts() {
		t.Run(c.recipe, func(t *testing.T) {
			v, x, _ := c.start(t, rightToken, func(p *Portal) { p.URL = strings.Replace(plain.URL, "http:", "https:", 1) + c.portal.URL })
			result := deliver(t, x, sample())
			if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, "does not speak TLS") || len(v.sales()) != 0 {
				t.Errorf("got %+v and %d tickets", result, len(v.sales()))
			}
			c.patience = 50 * time.Millisecond
			c.broken(t, silent, true, "did not answer in time")
		})
	}
}
