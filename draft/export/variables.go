package export

import (
	"encoding/base64"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"flagrante/draft"
	"strings"
)

// draftVariables lists the names of what a recipe can take from a draft.
func draftVariables() []string {
	return []string{
		"category", "count", "country", "draft_id", "endpoint", "environment", "fingerprint", "first_seen", "host",
		"kind", "last_seen", "method", "request_ids", "severity", "severity_label", "status", "title", "vendor_code",
	}
}

// ownVariables lists the names that the engine itself gives a meaning.
func ownVariables() []string {
	return append(fileVariables(), "base", "body", "comment", "digest", "path", "requestor", "secret", "state", "text", "ticket", "timestamp")
}

// fileVariables lists what a recipe can say of a file.
func fileVariables() []string {
	return []string{"file_base64", "file_name", "file_size", "file_type"}
}

// variables lists what the recipe's own texts may use everywhere.
func (r *Recipe) variables() []string {
	list := slices.Concat(draftVariables(), []string{"base", "requestor", "text"}, names(r.Values), names(r.Settings))
	slices.Sort(list)
	return slices.Compact(list)
}

// secrets lists the names of the secrets that the portal's settings give.
func (r *Recipe) secrets() []string { return append([]string{"secret"}, r.Secrets...) }

// captured lists what the steps that do one of these capture.
func (r *Recipe) captured(do ...string) (list []string) {
	for _, s := range r.Steps {
		if slices.Contains(do, s.Do) {
			list = append(list, names(s.Capture)...)
		}
	}
	return list
}

// variablesOf returns the values of draftVariables, each a single line: what
// the app or the vendor put there must not break a subject or a header field.
// Times are in zone, or in UTC when it is nil.
func variablesOf(d draft.Draft, zone *time.Location) values {
	g := d.Evidence.Group
	v := values{
		text: map[string]string{
			"category":       d.Category,
			"count":          strconv.FormatInt(g.Count, 10),
			"country":        "",
			"draft_id":       d.ID,
			"endpoint":       g.Endpoint,
			"environment":    string(d.Environment.Value),
			"fingerprint":    d.Fingerprint,
			"first_seen":     stamp(g.FirstSeen, zone),
			"host":           g.Host,
			"kind":           string(g.Kind),
			"last_seen":      stamp(g.LastSeen, zone),
			"method":         g.Method,
			"severity":       string(d.Severity.Value),
			"severity_label": d.SeverityLabel,
			"status":         "",
			"title":          d.Title,
			"vendor_code":    g.VendorCode,
		},
		list: map[string][]string{"request_ids": slices.Clone(d.Evidence.RequestIDs)},
	}
	if d.Evidence.Last != nil {
		v.text["country"] = d.Evidence.Last.Origin.Country
	}
	if g.Status != 0 {
		v.text["status"] = strconv.Itoa(g.Status)
	}
	for name, value := range v.text {
		v.text[name] = oneLine(value)
	}
	for i, id := range v.list["request_ids"] {
		v.list["request_ids"][i] = oneLine(id)
	}
	return v
}

// variables returns what a recipe can say of f.
func (f File) variables() map[string]string {
	return map[string]string{
		"file_name": f.Name, "file_type": f.Type, "file_size": strconv.Itoa(len(f.Data)),
		"file_base64": base64.StdEncoding.EncodeToString(f.Data),
	}
}

func stamp(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(time.RFC3339)
}

// oneLine turns every run of white space and invisible characters into one
// space. Among the invisible are the bidirectional controls, by which a vendor's
// text could show something other than what it holds.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.Is(unicode.C, r) || unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
