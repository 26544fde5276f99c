package export

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"flagrante/draft"
)

// draftVariables lists the names of what a recipe can take from a draft.
func draftVariables() []string {
	return []string{
		"category", "count", "country", "draft_id", "endpoint", "environment", "fingerprint", "first_seen", "host",
		"kind", "last_seen", "method", "request_ids", "severity", "severity_label", "status", "title", "vendor_code",
	}
}

// variablesOf returns the values of draftVariables, each a single line: what
// the app or the vendor put there must not break a subject or a header field.
// Times are in zone, or in UTC when it is nil.
func variablesOf(d draft.Draft, zone *time.Location) map[string]string {
	g := d.Evidence.Group
	vars := map[string]string{
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
		"request_ids":    strings.Join(d.Evidence.RequestIDs, " "),
		"severity":       string(d.Severity.Value),
		"severity_label": d.SeverityLabel,
		"status":         "",
		"title":          d.Title,
		"vendor_code":    g.VendorCode,
	}
	if d.Evidence.Last != nil {
		vars["country"] = d.Evidence.Last.Origin.Country
	}
	if g.Status != 0 {
		vars["status"] = strconv.Itoa(g.Status)
	}
	for name, value := range vars {
		vars[name] = oneLine(value)
	}
	return vars
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

// cut shortens s to at most limit bytes, whole characters and a closing
// ellipsis; a limit of 0 keeps s whole.
func cut(s string, limit int) string {
	const ellipsis = "…"
	if limit == 0 || len(s) <= limit {
		return s
	}
	end := max(0, limit-len(ellipsis))
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimRight(s[:end], " ") + ellipsis
}
