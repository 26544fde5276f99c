package lifecycle

import (
	"strings"

	"flagrante/capture/filter"
	"flagrante/capture/store"
)

// DraftFields returns by what drafts can be filtered: columns of the table drafts.
func DraftFields() *filter.Schema {
	name := func(name string, columns ...string) filter.Field { return filter.Field{Name: name, Columns: columns} }
	choice := func(name string, values ...string) filter.Field {
		return filter.Field{Name: name, Type: filter.Choice, Columns: []string{name}, Values: values}
	}
	environment := choice("environment", "staging", "production")
	environment.Aliases = []string{"env"}
	environment.Synonyms = map[string]string{"homologação": "staging", "homologacao": "staging", "produção": "production", "producao": "production"}
	severity := choice("severity", "low", "medium", "high", "critical")
	severity.Synonyms = map[string]string{"baixo": "low", "médio": "medium", "medio": "medium", "alto": "high", "crítico": "critical", "critico": "critical"}
	return &filter.Schema{Fields: []filter.Field{
		severity,
		choice("state", "new", "in_review", "exported", "resolved", "regressed", "ignored", "snoozed", "merged"),
		environment,
		choice("side", "request", "network", "vendor", "unknown"),
		{Name: "title", Type: filter.Prose, Columns: []string{"title"}},
		{Name: "category", Type: filter.Prose, Columns: []string{"category"}},
		{Name: "status", Type: filter.Status, Columns: []string{"status"}},
		{Name: "kind", Type: filter.Choice, Columns: []string{"kind"}, Values: store.Kinds()},
		name("host", "host"),
		name("endpoint", "endpoint", `substr(endpoint, instr(endpoint, ' ') + 1)`),
		name("method", "method"),
		name("path", `substr(endpoint, instr(endpoint, '/'))`),
		name("code", "vendor_code"),
		name("country", "country"),
		{Name: "count", Type: filter.Number, Columns: []string{"count"}},
		{Name: "time", Type: filter.Time, Columns: []string{"last_seen"}},
		{Name: "since", Aliases: []string{"after"}, Type: filter.Time, Columns: []string{"last_seen"}, Colon: filter.AtLeast},
		{Name: "until", Aliases: []string{"before"}, Type: filter.Time, Columns: []string{"last_seen"}, Colon: filter.AtMost},
		{Name: "first", Type: filter.Time, Columns: []string{"first_seen"}},
		name("id", "id"),
		name("fingerprint", "fingerprint"),
		listOf("tag", "tags"),
		listOf("portal", "portals"),
		listOf("missing", "missing"),
		filter.NewFlag("is", map[string]string{
			"complete": "complete = 1", "edited": "version > 0", "manual": "scope = 'manual'", "host": "scope = 'host'", "sent": "portals NOT IN ('null', '[]')",
		}),
		filter.NewFlag("has", map[string]string{
			"attachment": attached, "code": "vendor_code <> ''", "country": "country <> ''", "missing": "missing_count > 0", "tag": "tags NOT IN ('null', '[]')",
		}),
	}}
}

// attached holds for drafts with pictures or videos: the item of the guide that asks
// for them is filled by those.
const attached = `NOT EXISTS (SELECT 1 FROM json_each(drafts.missing) WHERE value = 'media')`

// listOf returns a field whose column is a JSON list of names, one of which has to
// fit. Names are between quotes there.
func listOf(name, column string) filter.Field {
	return filter.Field{Name: name, Type: filter.Member, Columns: []string{"drafts." + column}}
}

// shows finds a word in what the list of drafts shows.
func shows(w filter.Word) (condition string, args []any) {
	pattern := "%" + filter.Escape(w.Text) + "%"
	var parts []string
	for _, column := range []string{"title", "endpoint", "vendor_code", "tags", "category"} {
		parts = append(parts, "drafts."+column+` LIKE ? ESCAPE '\'`)
		args = append(args, pattern)
	}
	return strings.Join(parts, " OR "), args
}
