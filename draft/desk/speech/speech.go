// Package speech holds the sentences of the desk in its languages.
package speech

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"flagrante/draft"
	"flagrante/draft/desk/door"
)

//go:embed words/*.json
var wordFiles embed.FS

// LangCookie is the cookie of a language that was chosen.
const LangCookie = "flagrante_lang"

// Book holds the desk's own sentences in one language. Those about failures are
// in the catalogue that drafts are written with.
type Book struct {
	words   map[string]string
	printer *message.Printer
}

// Books are those of all languages.
type Books map[draft.Lang]Book

// Read reads the embedded sentences.
func Read() (Books, error) {
	all := Books{}
	for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
		data, err := wordFiles.ReadFile("words/" + string(lang) + ".json")
		if err != nil {
			return nil, fmt.Errorf("read the words of %s: %w", lang, err)
		}
		b := Book{printer: message.NewPrinter(language.Make(string(lang)))}
		if err := json.Unmarshal(data, &b.words); err != nil {
			return nil, fmt.Errorf("read the words of %s: %w", lang, err)
		}
		all[lang] = b
	}
	return all, nil
}

// Say returns the sentence of a key with its values filled in; an unknown key is
// shown as it is.
func (b Book) Say(key string, args ...any) string {
	format, ok := b.words[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return format
	}
	return b.printer.Sprintf(format, args...)
}

// Number writes a number as the language's people do.
func (b Book) Number(n int64) string { return b.printer.Sprint(n) }

// Count says a number of things; key.one and key.many are the forms.
func (b Book) Count(key string, n int64) string {
	if n == 1 {
		return b.Say(key+".one", n)
	}
	return b.Say(key+".many", n)
}

// Choose does so, with usual as the default.
func Choose(r *http.Request, usual draft.Lang) draft.Lang {
	if lang, ok := asked(r); ok {
		return lang
	}
	if c, err := r.Cookie(LangCookie); err == nil {
		if lang, ok := known(c.Value); ok {
			return lang
		}
	}
	return preferred(r.Header.Get("Accept-Language"), usual)
}

func asked(r *http.Request) (draft.Lang, bool) { return known(r.URL.Query().Get("lang")) }

func known(tag string) (draft.Lang, bool) {
	lang := draft.Lang(tag)
	return lang, lang == draft.Portuguese || lang == draft.English
}

// preferred matches an Accept-Language field (RFC 9110, section 12.5.4).
func preferred(accept string, usual draft.Lang) draft.Lang {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return usual
	}
	langs := []draft.Lang{usual, draft.Portuguese, draft.English}
	ours := make([]language.Tag, len(langs))
	for i, lang := range langs {
		ours[i] = language.Make(string(lang))
	}
	_, i, confidence := language.NewMatcher(ours).Match(tags...)
	if confidence == language.No {
		return usual
	}
	return langs[i]
}

// KeepLang remembers a language that was asked for in the URL.
func KeepLang(w http.ResponseWriter, r *http.Request) {
	lang, ok := asked(r)
	if !ok {
		return
	}
	door.SetCookie(w, r, LangCookie, string(lang))
}

// Other returns the language to switch to.
func Other(lang draft.Lang) draft.Lang {
	if strings.EqualFold(string(lang), string(draft.Portuguese)) {
		return draft.English
	}
	return draft.Portuguese
}
