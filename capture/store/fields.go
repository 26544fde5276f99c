package store

import (
	"maps"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/filter"
)

// draftOf names the draft of a fingerprint, as the package lifecycle does.
const (
	ofParent = `coalesce((SELECT parent FROM groups WHERE groups.fingerprint = failures.fingerprint), '')`
	draftOf  = `'d-' || substr(%, instr(%, '-') + 1, 10)`
)

// The part of a URL behind the host, and the same without the query.
const (
	target = `substr(url, instr(substr(url, 9), '/') + 8)`
	path   = `substr(` + target + `, 1, instr(` + target + ` || '?', '?') - 1)`
)

// FailureFields returns by what failures can be filtered.
func FailureFields() *filter.Schema {
	draft := func(of string) string { return strings.ReplaceAll(draftOf, "%", of) }
	name := func(name string, columns ...string) filter.Field { return filter.Field{Name: name, Columns: columns} }
	return &filter.Schema{Words: inColumns, Fields: []filter.Field{
		{Name: "status", Type: filter.Status, Columns: []string{"status"}},
		{Name: "kind", Type: filter.Choice, Columns: []string{"kind"}, Values: kinds()},
		name("host", "host"),
		name("endpoint", "endpoint", `substr(endpoint, instr(endpoint, ' ') + 1)`),
		name("method", "method"),
		name("path", path, target),
		name("url", "url"),
		name("code", "vendor_code"),
		{Name: "message", Type: filter.Prose, Columns: []string{"vendor_message"}},
		name("error", `coalesce(json_extract(error, '$.type'), '')`),
		{Name: "duration", Aliases: []string{"took"}, Type: filter.Duration, Columns: []string{"duration"}},
		{Name: "time", Type: filter.Time, Columns: []string{"time"}},
		{Name: "since", Aliases: []string{"after"}, Type: filter.Time, Columns: []string{"time"}, Colon: filter.AtLeast},
		{Name: "until", Aliases: []string{"before"}, Type: filter.Time, Columns: []string{"time"}, Colon: filter.AtMost},
		name("country", "country"),
		name("client", "client", `rtrim(rtrim(client, '0123456789'), ':')`),
		name("id", "id"),
		name("draft", draft("fingerprint"), draft(ofParent)),
		name("fingerprint", "fingerprint", ofParent),
		{Name: "attempt", Type: filter.Number, Columns: []string{"attempt"}},
		flags("is", map[string]string{
			"expected": "expected = 1", "pinned": "pinned = 1", "retried": "chain <> ''", "slow": "kind = 'slow'",
		}),
		flags("has", map[string]string{
			"code": "vendor_code <> ''", "message": "vendor_message <> ''", "request_id": "request_ids NOT IN ('null', '[]')",
			"answer": "status <> 0", "country": "country <> ''", "redactions": "redactions NOT IN ('null', '[]')", "exposure": `instr(reasons, '"expose.') > 0`,
			"draft": "expected = 0",
		}),
	}}
}

// flags returns a field of conditions.
func flags(name string, conditions map[string]string) filter.Field {
	return filter.Field{Name: name, Type: filter.Flag, Values: slices.Sorted(maps.Keys(conditions)), Conditions: conditions}
}

func kinds() []string {
	all := []capture.Kind{
		capture.KindHTTPStatus, capture.KindBodyError, capture.KindTransport, capture.KindTLS, capture.KindTimeout,
		capture.KindTruncated, capture.KindClientAbort, capture.KindSlow, capture.KindContract,
	}
	names := make([]string, len(all))
	for i, k := range all {
		names[i] = string(k)
	}
	return names
}

// inColumns looks for a word in what lists show.
func inColumns(w filter.Word) (condition string, args []any) {
	const columns = `url, vendor_code, vendor_message, endpoint`
	pattern := "%" + filter.Escape(w.Text) + "%"
	var parts []string
	for column := range strings.SplitSeq(columns, ", ") {
		parts = append(parts, column+` LIKE ? ESCAPE '\'`)
		args = append(args, pattern)
	}
	return strings.Join(parts, " OR "), args
}
