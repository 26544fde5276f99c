package store

import (
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

// environment is that of the failure's draft, or of another draft of its host, for
// failures that are expected.
const environment = `coalesce((SELECT environment FROM drafts WHERE drafts.fingerprint = failures.fingerprint),
	(SELECT environment FROM drafts WHERE drafts.host = failures.host AND hidden = 0 LIMIT 1), '')`

// attached holds for failures whose draft has pictures or videos, as the draft's own field
// has it: the item of the guide that asks for them is not missing.
const attached = `EXISTS (SELECT 1 FROM drafts WHERE drafts.fingerprint IN (failures.fingerprint, ` + ofParent + `) AND hidden = 0
	AND NOT EXISTS (SELECT 1 FROM json_each(drafts.missing) WHERE value = 'media'))`

// FailureFields returns by what failures can be filtered.
func FailureFields() *filter.Schema {
	draft := func(of string) string { return strings.ReplaceAll(draftOf, "%", of) }
	name := func(name string, columns ...string) filter.Field { return filter.Field{Name: name, Columns: columns} }
	return &filter.Schema{Fields: []filter.Field{
		{Name: "status", Type: filter.Status, Columns: []string{"status"}},
		{Name: "kind", Type: filter.Choice, Columns: []string{"kind"}, Values: Kinds()},
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
		{Name: "tag", Type: filter.Member, Columns: []string{"tags"}},
		{Name: "note", Type: filter.Prose, Columns: []string{"note"}},
		name("id", "id"),
		name("draft", draft("fingerprint"), draft(ofParent)),
		name("fingerprint", "fingerprint", ofParent),
		{Name: "attempt", Type: filter.Number, Columns: []string{"attempt"}},
		{Name: "size", Type: filter.Size, Columns: []string{"response_size"}},
		{Name: "request_size", Type: filter.Size, Columns: []string{"request_size"}},
		{Name: "request_id", Type: filter.Prose, Columns: []string{"request_ids"}},
		{Name: "environment", Aliases: []string{"env"}, Type: filter.Choice, Columns: []string{environment}, Values: []string{"staging", "production"},
			Synonyms: map[string]string{"homologação": "staging", "homologacao": "staging", "produção": "production", "producao": "production"}},
		filter.NewFlag("is", map[string]string{
			"expected": "expected = 1", "pinned": "pinned = 1", "retried": "chain <> ''", "slow": "kind = 'slow'",
		}),
		filter.NewFlag("has", map[string]string{
			"code": "vendor_code <> ''", "message": "vendor_message <> ''", "request_id": "request_ids NOT IN ('null', '[]')",
			"answer": "status <> 0", "country": "country <> ''", "redactions": "redactions NOT IN ('null', '[]')", "exposure": `instr(reasons, '"expose.') > 0`,
			"draft": "expected = 0", "note": "note <> ''", "tag": "tags <> '[]'", "attachment": attached, "body": "response_size > 0", "request_body": "request_size > 0",
			"before": "EXISTS (SELECT 1 FROM exchanges WHERE exchanges.n = failures.n AND length(before) > 0)",
		}),
	}}
}

// Kinds returns the names of all kinds.
func Kinds() []string {
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

// ofSort reports whether a field is decided by the sort of a failure alone.
func ofSort(f *filter.Field) bool {
	switch f.Name {
	case "status", "kind", "host", "endpoint", "method", "code", "draft", "fingerprint", "environment":
		return true
	}
	return false
}
