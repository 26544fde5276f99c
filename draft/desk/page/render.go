package page

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/desk/show"
	"flagrante/draft/desk/speech"
	"flagrante/draft/desk/users"
	"flagrante/draft/profile"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// upTo is the key under which a request carries the last event that its page
// knows of.
type upTo struct{}

// Knowing notes in a request the ID of the last event that its page knows of.
func Knowing(r *http.Request, last string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), upTo{}, last))
}

// view is what a page is made from.
type view struct {
	// Title is the key of the page's title, or the title itself.
	Title string
	// Next is where a page moves on to by itself, empty to stay.
	Next string
	Data any

	Lang, Other draft.Lang
	// Bare leaves out what only those who are logged in may see; pages that
	// strangers get are bare.
	Bare bool
	// Live is the ID of the last event that the page knows of.
	Live string
	// Path is that of the page, for the menu.
	Path    string
	Status  service.Status
	Version string
	// Visitor is who reads; May says that the reader may change drafts, Rules that
	// the reader may change how the installation works.
	Visitor    door.Visitor
	May, Rules bool
	// Reveal says that personal data may be shown.
	Reveal bool
}

// render answers with a page. It is made whole before the first byte leaves, so
// that an error can still be answered.
func (d *Pages) render(w http.ResponseWriter, r *http.Request, status int, name string, v view) error {
	v.Lang = d.LangOf(r)
	v.Other = speech.Other(v.Lang)
	v.Version = d.Version
	v.Bare = slices.Contains([]string{"login", "moving", "error"}, name)
	v.Path = r.URL.Path
	if !v.Bare {
		v.Status = d.Status()
		v.Visitor = door.VisitorOf(r)
		v.May, v.Rules = v.Visitor.May(), v.Visitor.Role >= users.Admin
		v.Reveal = v.May && d.Reveals.Allowed()
		v.Live, _ = r.Context().Value(upTo{}).(string)
	}
	parsed, err := d.templates.of(v.Lang, name)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := parsed.Execute(&page, v); err != nil {
		return fmt.Errorf("render the page %s: %w", name, err)
	}
	speech.KeepLang(w, r)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(v.Lang))
	w.WriteHeader(status)
	// A failing write means that the reader is gone.
	_, _ = page.WriteTo(w)
	return nil
}

// funcs are what pages can call, in the language of the page.
func (d *Pages) funcs(lang draft.Lang) template.FuncMap {
	b := d.Books[lang]
	return template.FuncMap{
		"t":        b.Say,
		"n":        b.Count,
		"number":   b.Number,
		"because":  func(r capture.Reason) string { return text.Visible(d.TextOptions(lang).Say(r)) },
		"visible":  text.Visible,
		"changed":  func(e draft.Entry) string { return told(lang, e) },
		"clock":    func(t time.Time) string { return d.clock(lang, t) },
		"stamp":    func(t time.Time) string { return t.In(d.Zone).Format(time.RFC3339) },
		"ago":      func(t time.Time) string { return ago(b, d.Now().Sub(t)) },
		"duration": func(v time.Duration) string { return words.Duration(lang, v) },
		"size":     func(n int64) string { return words.Bytes(lang, n) },
		"country":  func(code string) string { return words.Country(lang, code) },
		"severity": func(id draft.Severity) string { return d.Profile.Severity(id).Label.Say(lang) },
		"item":     func(name string) string { return d.item(lang, name) },
		"field":    func(name string) fieldLabel { return fieldLabel{name, d.label(lang, name)} },
		"setupPlaces": func() []string {
			return []string{"route", "rules", "masks", "profile", "trust", "portals", "health", "storage", "unread", "people"}
		},
		"advice":   func(name string) string { return d.advice(lang, name) },
		"asset":    d.assets.URL,
		"int64":    func(n int) int64 { return int64(n) },
		"days":     func(v time.Duration) int64 { return int64(v / (24 * time.Hour)) },
		"class":    func(status int) int { return status / 100 },
		"dot":      dot,
		"side":     func(where, value string) string { return text.Visible(text.OneSide(lang, where, value)) },
		"forms":    func() []string { return []string{"curl", "http", "har", "md", "raw"} },
		"place":    func(v bodyView, n *show.Node) placeView { return placeView{v, n} },
		"kinds":    kinds,
		"personal": personal,
		"kind":     func(k string) string { return words.Word(lang, "redaction", k) },
	}
}

// fieldLabel is a field of a form with what it is called.
type fieldLabel struct{ Name, Label string }

// dot names the look of a call on the strip.
func dot(status int) string {
	switch {
	case status == 0:
		return "none"
	case status >= 500:
		return "broken"
	case status >= 400:
		return "refused"
	}
	return "ok"
}

// placeView is a node of a body's tree, with the body to look up what was masked
// there.
type placeView struct {
	Body bodyView
	*show.Node
}

// clock writes a time in the desk's zone as the language's people do.
func (d *Pages) clock(lang draft.Lang, t time.Time) string {
	layout := "2006-01-02 15:04:05 MST"
	if lang == draft.Portuguese {
		layout = "02/01/2006 15:04:05 MST"
	}
	return t.In(d.Zone).Format(layout)
}

// ago says how long something is past, in one unit.
func ago(b speech.Book, past time.Duration) string {
	switch {
	case past < time.Minute:
		return b.Say("ago.now")
	case past < time.Hour:
		return b.Say("ago.minutes", int64(past/time.Minute))
	case past < 48*time.Hour:
		return b.Say("ago.hours", int64(past/time.Hour))
	}
	return b.Say("ago.days", int64(past/(24*time.Hour)))
}

// item names a line of the guide's checklist.
func (d *Pages) item(lang draft.Lang, name string) string {
	label, _ := d.Profile.Ask(profile.ItemID(name), lang)
	return label
}

// advice says how to get an item that is missing.
func (d *Pages) advice(lang draft.Lang, name string) string {
	_, advice := d.Profile.Ask(profile.ItemID(name), lang)
	return advice
}
