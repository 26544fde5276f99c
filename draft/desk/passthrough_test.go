package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"flagrante/draft/desk/service"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// distrusted are hosts that an app has turned us down for, and one of a rule.
func distrusted() []service.Passthrough {
	return []service.Passthrough{
		{Host: "*.fixado.example", Reason: service.Ruled},
		{Host: "api.banco.example:443", Reason: service.Learned, Since: noon.Add(-3 * time.Minute), Until: noon.Add(7 * time.Minute), Rejections: 1, LastRejection: noon.Add(-3 * time.Minute), Cause: "the vendor closed"},
		{Host: "pix<b>.banco.example:8443", Reason: service.Learned, Since: noon.Add(-time.Minute), Until: noon.Add(8*time.Minute + time.Second), Rejections: 4, LastRejection: noon.Add(-time.Minute)},
	}
}

// distrusting makes a desk know those hosts, and notes what it forgets.
func distrusting(forgotten *[]string) func(*service.Options) {
	return func(o *service.Options) {
		o.Passthrough = distrusted
		o.Forget = func(host string) bool {
			*forgotten = append(*forgotten, host)
			return slices.ContainsFunc(distrusted(), func(p service.Passthrough) bool { return p.Host == host && p.Reason == service.Learned })
		}
	}
}

func TestTheListSaysThatAnAppDoesNotTrustUs(t *testing.T) {
	for _, m := range []*memory{{}, {drafts: samples()}} {
		h := openDesk(t, m, distrusting(new([]string)))
		for lang, wants := range map[string][]string{
			"pt-BR": {
				"as chamadas a 2 hosts passam sem ser lidas", "só registramos quando", "/home/ana maria/ca.pem", "NODE_EXTRA_CA_CERTS='/home/ana maria/ca.pem'", "proxy.passthrough",
				"pix<b>.banco.example:8443 recusado 4 vezes, a última há 1 min ; passa direto por mais 9 min Interceptar de novo api.banco.example:443 recusado 1 vez, há 3 min ; passa direto por mais 7 min",
			},
			"en": {"calls to 2 hosts pass unread", "pass straight through for ten minutes", "rejected 1 time, 3 min ago ; passes unread for 7 more min", "Intercept all again"},
		} {
			got := wordsOf(t, ask(h, "GET", "/?lang="+lang, "").Body.String())
			for _, want := range wants {
				if !strings.Contains(got, want) {
					t.Errorf("%s, %d drafts: no %q in: %s", lang, len(m.drafts), want, got)
				}
			}
			if strings.Contains(got, "*.fixado.example") {
				t.Errorf("%s: the rule shows: %s", lang, got)
			}
		}
	}
}

func TestTheListIsQuietWhenAppsTrustUs(t *testing.T) {
	h := openDesk(t, &memory{}, func(o *service.Options) { o.Passthrough = func() []service.Passthrough { return distrusted()[:1] } })
	if got := ask(h, "GET", "/", "").Body.String(); strings.Contains(got, "mistrust") {
		t.Errorf("a rule alone makes a notice: %s", got)
	}
}

func TestTheButtonsOfTheNoticeForget(t *testing.T) {
	var forgotten []string
	h := openDesk(t, &memory{}, distrusting(&forgotten))
	for n := range parse(t, ask(h, "GET", "/", "").Body.String()).Descendants() {
		if n.Type == html.ElementNode && n.Data == "button" && attr(n, "name") != "" {
			w := ask(h, "POST", "/passthrough/forget", url.Values{attr(n, "name"): {attr(n, "value")}}.Encode())
			if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" {
				t.Errorf("%s: got %d: %s", attr(n, "value"), w.Code, w.Body)
			}
		}
	}
	api, pix := "api.banco.example:443", "pix<b>.banco.example:8443"
	if diff := cmp.Diff([]string{pix, api, api, pix}, forgotten); diff != "" {
		t.Error(diff)
	}
}

func TestForeignPagesForgetNothing(t *testing.T) {
	var forgotten []string
	h := openDesk(t, &memory{}, distrusting(&forgotten))
	for _, call := range [][2]string{{"POST", "/passthrough/forget"}, {"DELETE", "/api/v1/passthrough/api.banco.example:443"}} {
		if w := ask(h, call[0], call[1], "all=1", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden || len(forgotten) > 0 {
			t.Errorf("%s: got %d, forgot %v", call, w.Code, forgotten)
		}
	}
}

func TestTheAuthorityCanBeDownloaded(t *testing.T) {
	w := ask(openDesk(t, &memory{}), "GET", "/ca.pem", "")
	if w.Body.String() != "-----BEGIN CERTIFICATE-----" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("got %v: %s", w.Header(), w.Body)
	}
}
