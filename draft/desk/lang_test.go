package desk

import (
	"net/http"
	"strings"
	"testing"

	"flagrante/draft/desk/speech"
)

func TestLanguages(t *testing.T) {
	for _, c := range []struct{ name, query, cookie, accept, want string }{
		{"nothing asked", "", "", "", "pt-BR"},
		{"asked in the URL", "?lang=en", "pt-BR", "pt-BR", "en"},
		{"chosen before", "", "en", "pt-BR,pt;q=0.9", "en"},
		{"browser in English", "", "", "en-US,en;q=0.9,pt-BR;q=0.8", "en"},
		{"browser in Portuguese", "", "", "pt-PT,pt;q=0.9,en;q=0.8", "pt-BR"},
		{"unknown everywhere", "?lang=tlh", "xx", "ja", "pt-BR"},
		{"broken field", "", "", ";;;q=x", "pt-BR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := ask(openDesk(t, &memory{}), "GET", "/"+c.query, "", "Accept-Language", c.accept, "Cookie", speech.LangCookie+"="+c.cookie)
			if got := w.Header().Get("Content-Language"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if !strings.Contains(w.Body.String(), `<html lang="`+c.want+`">`) {
				t.Error("the page says another language")
			}
		})
	}
}

func TestAChosenLanguageStays(t *testing.T) {
	w := ask(openDesk(t, &memory{}), "GET", "/?lang=en", "")
	if c := cookieOf(t, w, speech.LangCookie); c.Value != "en" || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie %+v", c)
	}
}
