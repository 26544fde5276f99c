package main_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

type row = map[string]any

// rowsOf reads a listing: an array, the one array of an object, or one object.
func rowsOf(ts *testscript.TestScript, file string) []row {
	text := []byte(ts.ReadFile(file))
	var rows []row
	if json.Unmarshal(text, &rows) == nil {
		return rows
	}
	var object map[string]json.RawMessage
	ts.Check(json.Unmarshal(text, &object))
	for _, key := range []string{"failures", "drafts"} {
		if json.Unmarshal(object[key], &rows) == nil {
			return rows
		}
	}
	var one row
	ts.Check(json.Unmarshal(text, &one))
	return []row{one}
}

// rowsCmd counts the rows of a listing that have certain values:
//
//	rows [-count N] [-set VARIABLE=PATH] FILE [KEY=VALUE | KEY~PART]…
//
// There have to be N of them, one unless told otherwise. -set takes a value of
// the first, by keys and indexes with dots between. Values that are no strings
// are compared as JSON.
func rowsCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	f := flag.NewFlagSet("rows", flag.ContinueOnError)
	count, set := f.Int("count", 1, ""), f.String("set", "", "")
	args = parseFlags(ts, f, args, 1)
	all := rowsOf(ts, args[0])
	found := slices.DeleteFunc(slices.Clone(all), func(r row) bool {
		return slices.ContainsFunc(args[1:], func(condition string) bool { return !holds(ts, r, condition) })
	})
	if len(found) != *count {
		ts.Fatalf("%d of %d rows are so, want %d:\n%s", len(found), len(all), *count, brief(all, args[1:]))
	}
	if variable, path, ok := strings.Cut(*set, "="); ok {
		value := at(found[0], strings.Split(path, "."))
		if value == nil {
			ts.Fatalf("there is no %s in %v", path, found[0])
		}
		ts.Setenv(variable, said(value))
	}
}

// at follows a path into a value, to nil when it leads nowhere.
func at(value any, path []string) any {
	if len(path) == 0 {
		return value
	}
	switch v := value.(type) {
	case row:
		return at(v[path[0]], path[1:])
	case []any:
		if i, err := strconv.Atoi(path[0]); err == nil && i < len(v) {
			return at(v[i], path[1:])
		}
	}
	return nil
}

func holds(ts *testscript.TestScript, r row, condition string) bool {
	i := strings.IndexAny(condition, "=~")
	if i < 0 {
		ts.Fatalf("%q is no condition", condition)
	}
	value, there := r[condition[:i]]
	if !there {
		ts.Fatalf("no row has a %q: %v", condition[:i], slices.Sorted(maps.Keys(r)))
	}
	if condition[i] == '=' {
		return said(value) == condition[i+1:]
	}
	return strings.Contains(said(value), condition[i+1:])
}

// brief shows of rows what conditions ask for.
func brief(rows []row, conditions []string) string {
	var out strings.Builder
	for _, r := range rows {
		for _, condition := range conditions {
			key := condition[:strings.IndexAny(condition, "=~")]
			fmt.Fprintf(&out, "%s=%.200s ", key, said(r[key]))
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// said is a value as a script writes it.
func said(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// withinCmd checks that every ID of one listing is in another: `within A B`.
func withinCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	if len(args) != 2 {
		ts.Fatalf("usage: within A B")
	}
	have := map[string]int{}
	for _, r := range rowsOf(ts, args[1]) {
		have[said(r["id"])]++
	}
	for _, r := range rowsOf(ts, args[0]) {
		if id := said(r["id"]); have[id] != 1 {
			ts.Fatalf("%s is there %d times", id, have[id])
		}
	}
}

// shapeCmd checks the keys and types of a listing that is not empty:
//
//	shape failures|drafts FILE
func shapeCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	if len(args) != 2 || shapes()[args[0]] == nil {
		ts.Fatalf("usage: shape failures|drafts FILE")
	}
	rows := rowsOf(ts, args[1])
	if len(rows) == 0 {
		ts.Fatalf("there are no rows")
	}
	for _, r := range rows {
		for key, ok := range shapes()[args[0]] {
			if value, there := r[key]; !there || !ok(value) {
				ts.Fatalf("%s: %#v can't be: %v", key, value, r)
			}
		}
	}
}

type check = func(any) bool

// shapes is section 5 of docs/design.md.
func shapes() map[string]map[string]check {
	list := func(each check) check {
		return func(v any) bool {
			l, ok := v.([]any)
			return ok && !slices.ContainsFunc(l, func(e any) bool { return !each(e) })
		}
	}
	some := func(of check) check { return func(v any) bool { l, ok := v.([]any); return ok && len(l) > 0 && of(v) } }
	kind := oneOf("http_status", "transport", "tls", "timeout", "truncated", "client_abort", "body_error", "slow", "contract")
	source := oneOf("setting", "forwarded", "peer", "egress", "unknown")
	item := object(map[string]check{
		"item": filled, "required": truth, "state": oneOf("filled", "missing", "not_applicable"), "value": text,
	})
	redaction := object(map[string]check{"where": filled, "kind": filled, "rule": filled})
	return map[string]map[string]check{
		"drafts": {
			"id": filled, "fingerprint": filled, "title": filled, "state": oneOf("new", "exported"),
			"environment": oneOf("production", "staging"), "category": oneOf("TI - Operacional em Produção", "TI - Integração"),
			"severity": oneOf("low", "medium", "high", "critical"), "severity_label": filled, "severity_reasons": some(list(filled)),
			"host": filled, "endpoint": filled, "method": filled, "status": whole, "vendor_code": text, "kind": kind,
			"count": whole, "first_seen": instant, "last_seen": instant, "country": text, "country_source": source,
			"request_ids": list(filled), "checklist": some(list(item)),
		},
		"failures": {
			"id": filled, "time": instant, "kind": kind, "reasons": some(list(filled)), "expected": truth, "method": filled,
			"url": filled, "endpoint": filled, "status": whole, "error": text, "vendor_code": text, "duration_ms": whole,
			"country": text, "country_source": source, "client": text, "fingerprint": filled, "draft_id": text,
			"redactions": list(redaction),
		},
	}
}

func text(v any) bool { _, ok := v.(string); return ok }

func filled(v any) bool { s, ok := v.(string); return ok && s != "" }

func truth(v any) bool { _, ok := v.(bool); return ok }

func whole(v any) bool { n, ok := v.(float64); return ok && n >= 0 && n == float64(int64(n)) }

// instant is RFC 3339, which has a zone.
func instant(v any) bool {
	s, ok := v.(string)
	_, err := time.Parse(time.RFC3339Nano, s)
	return ok && err == nil
}

func oneOf(words ...string) check {
	return func(v any) bool { return slices.Contains(words, fmt.Sprint(v)) }
}

func object(keys map[string]check) check {
	return func(v any) bool {
		o, ok := v.(row)
		for key, fits := range keys {
			value, there := o[key]
			ok = ok && there && fits(value)
		}
		return ok
	}
}
