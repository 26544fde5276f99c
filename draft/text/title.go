package text

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/profile"
	"flagrante/draft/template"
	"flagrante/draft/words"
)

const (
	// MaxTitle is the greatest number of runes in a title.
	MaxTitle = 120
	// maxPath keeps room in the title for what went wrong.
	maxPath = 56
)

// Title sums the problem up in one line of at most MaxTitle runes, as the profile has
// it: by default method, path template, outcome, and the code and message in the
// vendor's own words.
func Title(e draft.Evidence, p profile.Profile, lang draft.Lang) string {
	values := titleValues(e, lang)
	get := func(name string) string { return values[name] }
	spans, err := template.Line(strings.TrimSpace(p.Ticket.Title.Say(lang)), profile.TitleValues())
	title := ""
	if err == nil {
		title = clean(fillIn(spans, get).plain())
	}
	if title == "" {
		title = values["subject"] + ": " + values["outcome"]
	}
	return clip(title, MaxTitle)
}

func titleValues(e draft.Evidence, lang draft.Lang) map[string]string {
	g := e.Group
	status := ""
	if g.Status > 0 {
		status = strconv.Itoa(g.Status)
	}
	return map[string]string{
		"subject": clip(clean(subject(g, lang)), maxPath), "outcome": Outcome(lang, e.Last), "vendor": vendorSaid(e),
		"method": clean(g.Method), "path": clip(clean(path(g.Endpoint)), maxPath), "host": clean(g.Host), "endpoint": clip(clean(g.Endpoint), maxPath), "status": status,
		"vendor_code": clean(e.Last.Vendor.Code), "vendor_message": clean(e.Last.Vendor.Message),
	}
}

// subject names what fails: an endpoint without its host, or a host.
func subject(g capture.Group, lang draft.Lang) string {
	if len(g.Members) == 0 {
		return g.Method + " " + path(g.Endpoint)
	}
	return words.Text(lang, "text.title.host", map[string]string{"host": g.Host, "count": strconv.Itoa(len(g.Members))})
}

// vendorSaid joins code and message, without what only repeats the status, its
// phrase or the message.
func vendorSaid(e draft.Evidence) string {
	code, message := clean(e.Last.Vendor.Code), clean(e.Last.Vendor.Message)
	for _, phrase := range phrases(e.Last) {
		if strings.EqualFold(strings.TrimRight(message, ".!"), phrase) {
			message = ""
		}
		if strings.EqualFold(code, phrase) {
			code = ""
		}
	}
	if code == strconv.Itoa(e.Group.Status) || strings.Contains(message, code) {
		code = ""
	}
	if code == "" || message == "" {
		return code + message
	}
	// Not with a colon: what follows one may be taken for the value of "LOGIN" or "SENHA".
	return code + " – " + message
}

// phrases are what an answer says that says no more than its status.
func phrases(f *capture.Failure) []string {
	if f.Exchange.Response == nil {
		return nil
	}
	code := f.Exchange.Response.Status
	standard := http.StatusText(code)
	return []string{standard, f.Exchange.Response.Reason, strconv.Itoa(code), strconv.Itoa(code) + " " + standard, strings.ReplaceAll(standard, " ", "_")}
}

// path returns the path template of an endpoint, which is method, host and path.
func path(endpoint string) string {
	_, target, ok := strings.Cut(endpoint, " ")
	if !ok {
		target = endpoint
	}
	_, rest, ok := strings.Cut(target, "/")
	if !ok {
		return target
	}
	return "/" + rest
}

// clean takes out what must not be in a subject line, and makes every run of
// white space one space.
func clean(s string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return ' '
		case hidden(r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(kept), " ")
}
