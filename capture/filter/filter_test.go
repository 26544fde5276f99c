package filter_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/filter"
)

// fields is a schema with a field of each type.
func fields() *filter.Schema {
	return &filter.Schema{
		Fields: []filter.Field{
			{Name: "status", Type: filter.Status, Columns: []string{"status"}},
			{Name: "kind", Type: filter.Choice, Columns: []string{"kind"}, Values: []string{"timeout", "tls"}, Synonyms: map[string]string{"tempo": "timeout"}},
			{Name: "severity", Type: filter.Choice, Columns: []string{"severity"}, Values: []string{"low", "medium", "high"}},
			{Name: "host", Columns: []string{"host"}},
			{Name: "endpoint", Columns: []string{"endpoint", "short"}},
			{Name: "message", Type: filter.Prose, Columns: []string{"message"}},
			{Name: "count", Type: filter.Number, Columns: []string{"n"}},
			{Name: "duration", Aliases: []string{"took"}, Type: filter.Duration, Columns: []string{"d"}},
			{Name: "size", Type: filter.Size, Columns: []string{"size"}},
			{Name: "time", Type: filter.Time, Columns: []string{"t"}},
			{Name: "since", Type: filter.Time, Columns: []string{"t"}, Colon: filter.AtLeast},
			{Name: "until", Type: filter.Time, Columns: []string{"t"}, Colon: filter.AtMost},
			{Name: "tag", Type: filter.Member, Columns: []string{"tags"}},
			{Name: "has", Type: filter.Flag, Values: []string{"attachment"}, Conditions: map[string]string{"attachment": "a <> ''"}},
		},
	}
}

// words says how a word is sought.
func words(w filter.Word) (string, []any) {
	mode := "word"
	if w.Phrase {
		mode = "phrase"
	}
	if w.Prefix {
		mode = "prefix"
	}
	return mode + "(?)", []any{w.Text}
}

// zone is three hours behind UTC.
func zone() *time.Location { return time.FixedZone("BRT", -3*60*60) }

func now() time.Time { return time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC) }

func parse(text string) (*filter.Filter, error) {
	return filter.Parse(fields(), text, filter.Options{Now: now(), Zone: zone()})
}

func micros(text string) int64 {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", text, zone())
	if err != nil {
		panic(err)
	}
	return t.UnixMicro()
}

func TestFilterBecomesSQL(t *testing.T) {
	for text, want := range map[string]struct {
		sql  string
		args []any
	}{
		"":                                  {"", nil},
		"  \t ":                             {"", nil},
		"status>=500":                       {"((status >= ?))", []any{int64(500)}},
		"status >= 500":                     {"((status >= ?))", []any{int64(500)}},
		"status:5xx":                        {"((status BETWEEN ? AND ?))", []any{int64(500), int64(599)}},
		"status>4xx":                        {"((status > ?))", []any{int64(499)}},
		"status<40x":                        {"((status < ?))", []any{int64(400)}},
		"status:404,422":                    {"((status = ?) OR (status = ?))", []any{int64(404), int64(422)}},
		"status!=404":                       {"NOT ((status = ?))", []any{int64(404)}},
		"STATUS=404":                        {"((status = ?))", []any{int64(404)}},
		"status:400..404":                   {"((status BETWEEN ? AND ?))", []any{int64(400), int64(404)}},
		"status:400..":                      {"((status >= ?))", []any{int64(400)}},
		"status:..404":                      {"((status <= ?))", []any{int64(404)}},
		"kind:TEMPO":                        {"((kind = ?))", []any{"timeout"}},
		"severity>=medium":                  {"((severity IN (?, ?)))", []any{"medium", "high"}},
		"severity<low":                      {"((severity IN ()))", nil},
		"host:api.bank.example":             {"((host = ? COLLATE NOCASE))", []any{"api.bank.example"}},
		"host:api.*":                        {`((host LIKE ? ESCAPE '\'))`, []any{"api.%"}},
		`host:"api.*"`:                      {"((host = ? COLLATE NOCASE))", []any{"api.*"}},
		"host:50%_?":                        {`((host LIKE ? ESCAPE '\'))`, []any{`50\%\__`}},
		"-endpoint:*/health":                {`NOT ((endpoint LIKE ? ESCAPE '\' OR short LIKE ? ESCAPE '\'))`, []any{"%/health", "%/health"}},
		`message:"a \"b\""`:                 {`((message LIKE ? ESCAPE '\'))`, []any{`%a "b"%`}},
		"took>1.5s":                         {"((d > ?))", []any{int64(1_500_000)}},
		"duration:1m30s..2m":                {"((d BETWEEN ? AND ?))", []any{int64(90_000_000), int64(120_000_000)}},
		"size>=10KB":                        {"((size >= ?))", []any{int64(10_000)}},
		"size<2MiB":                         {"((size < ?))", []any{int64(2 << 20)}},
		"count:3":                           {"((n = ?))", []any{int64(3)}},
		"since:2h":                          {"((t >= ?))", []any{micros("2026-11-25 10:00:00")}},
		"since:today":                       {"((t >= ?))", []any{micros("2026-11-25 00:00:00")}},
		"until:2026-11-24":                  {"((t <= ?))", []any{micros("2026-11-25 00:00:00") - 1}},
		"time:ontem":                        {"((t BETWEEN ? AND ?))", []any{micros("2026-11-24 00:00:00"), micros("2026-11-25 00:00:00") - 1}},
		"time>24/11/2026":                   {"((t > ?))", []any{micros("2026-11-25 00:00:00") - 1}},
		"time<09:30":                        {"((t < ?))", []any{micros("2026-11-25 09:30:00")}},
		`time>="2026-11-24 9:05"`:           {"((t >= ?))", []any{micros("2026-11-24 09:05:00")}},
		"time:2026-11-24..2026-11-25T08:00": {"((t BETWEEN ? AND ?))", []any{micros("2026-11-24 00:00:00"), micros("2026-11-25 08:01:00") - 1}},
		"time:2026-11-24T12:00:00Z":         {"((t = ?))", []any{micros("2026-11-24 09:00:00")}},
		"tag:pix,ur*":                       {"((EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ? COLLATE NOCASE)) OR (EXISTS (SELECT 1 FROM json_each(tags) WHERE value LIKE ? ESCAPE '\\')))", []any{"pix", "ur%"}},
		"has:attachment":                    {"((a <> ''))", nil},
		"insufficient":                      {"(word(?))", []any{"insufficient"}},
		`"insufficient funds"`:              {"(phrase(?))", []any{"insufficient funds"}},
		"saldo*":                            {"(prefix(?))", []any{"saldo"}},
		"a b or c":                          {"(((word(?)) AND (word(?))) OR (word(?)))", []any{"a", "b", "c"}},
		"a and (b OR c)":                    {"((word(?)) AND ((word(?)) OR (word(?))))", []any{"a", "b", "c"}},
		"not a -b - c":                      {"(NOT (word(?)) AND NOT (word(?)) AND (word(?)) AND (word(?)))", []any{"a", "b", "-", "c"}},
		"not(a or b)":                       {"NOT ((word(?)) OR (word(?)))", []any{"a", "b"}},
		"--a":                               {"NOT NOT (word(?))", []any{"a"}},
		"order notice android":              {"((word(?)) AND (word(?)) AND (word(?)))", []any{"order", "notice", "android"}},
		"'; DROP TABLE x":                   {"((word(?)) AND (word(?)) AND (word(?)) AND (word(?)))", []any{"';", "DROP", "TABLE", "x"}},
	} {
		f, err := parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		sql, args := f.SQL(words)
		if diff := cmp.Diff([]any{want.sql, want.args}, []any{sql, args}); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
}

func TestFaultsNameThePlace(t *testing.T) {
	for text, want := range map[string]struct {
		start, end int
		key        string
		hint       map[string]string
	}{
		"host:a statu:500":            {7, 12, "filter.unknown_field", map[string]string{"field": "status"}},
		"sta:500":                     {0, 3, "filter.unknown_field", map[string]string{"field": "status"}},
		"kind:tsl":                    {5, 8, "filter.unknown_value", map[string]string{"field": "kind", "value": "tls"}},
		"ação zzzzzz:1":               {5, 11, "filter.unknown_field", map[string]string{"fields": "status, kind, severity, host, endpoint, message, count, duration, size, time, since, until, tag, has"}},
		"kind:timout":                 {5, 11, "filter.unknown_value", map[string]string{"field": "kind", "value": "timeout"}},
		"kind:xyzzy":                  {5, 10, "filter.unknown_value", map[string]string{"field": "kind", "values": "timeout, tls"}},
		"has:x":                       {4, 5, "filter.unknown_value", map[string]string{"field": "has", "values": "attachment"}},
		"host>3":                      {4, 5, "filter.not_ordered", map[string]string{"field": "host"}},
		"status:":                     {6, 7, "filter.missing_value", map[string]string{"example": "status:5xx"}},
		"status: 500":                 {6, 8, "filter.missing_value", map[string]string{"example": "status:5xx"}},
		"status:abc":                  {7, 10, "filter.no_status", map[string]string{"example": "status:5xx"}},
		"status:4x4":                  {7, 10, "filter.no_status", map[string]string{"example": "status:5xx"}},
		"took>100":                    {5, 8, "filter.no_duration", map[string]string{"example": "duration:1.5s"}},
		"size:10QB":                   {5, 9, "filter.no_size", map[string]string{"example": "size:10KB"}},
		"since:tomorrow":              {6, 14, "filter.no_time", map[string]string{"example": "since:2h"}},
		"since:2026-13-01":            {6, 16, "filter.no_time", map[string]string{"example": "since:2h"}},
		"count:1..b":                  {9, 10, "filter.no_number", map[string]string{"example": "count:10"}},
		"count:5..1":                  {6, 10, "filter.backwards", nil},
		"count>1..2":                  {6, 10, "filter.range_compared", nil},
		"count>1,2":                   {8, 9, "filter.one_value", nil},
		"(a or b":                     {0, 1, "filter.open_bracket", nil},
		"a)":                          {1, 2, "filter.stray_bracket", nil},
		"a or":                        {4, 4, "filter.missing_term", nil},
		"or a":                        {0, 1, "filter.missing_term", nil},
		"()":                          {1, 2, "filter.missing_term", nil},
		`say "x`:                      {4, 5, "filter.open_quote", nil},
		`host:"a"b c`:                 {8, 9, "filter.no_space", nil},
		`"a""b"`:                      {3, 4, "filter.no_space", nil},
		`x"b"`:                        {1, 2, "filter.no_space", nil},
		">= 5":                        {0, 3, "filter.no_field", nil},
		"*":                           {0, 1, "filter.bare_star", nil},
		"-":                           {0, 0, "", nil},
		strings.Repeat("(", 60):       {40, 60, "filter.too_deep", nil},
		strings.Repeat("a ", 300):     {80, 81, "filter.too_many_words", nil},
		strings.Repeat("-", 60) + "a": {40, 61, "filter.too_deep", nil},
		strings.Repeat("(a or ", 39) + "ação" + strings.Repeat(")", 39): {0, 0, "", nil},
		strings.Repeat("(a or ", 41) + "a" + strings.Repeat(")", 41):    {235, 288, "filter.too_deep", nil},
		"x (" + strings.Repeat("b ", 39) + "não or c)":                  {81, 84, "filter.too_many_words", nil},
		strings.Repeat(`"b c" `, 40) + `host:a "d e" f`:                 {247, 252, "filter.too_many_words", nil},
		strings.Repeat("count:1 ", 201):                                 {800, 1608, "filter.too_many", nil},
		strings.Repeat("a", 5000):                                       {0, 5000, "filter.too_long", nil},
	} {
		_, err := parse(text)
		if want.key == "" {
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		var wrong *filter.Error
		if !errors.As(err, &wrong) {
			t.Errorf("%.20s: got %v", text, err)
			continue
		}
		type place struct {
			Start, End int
			Key        string
			Hint       map[string]string
		}
		if diff := cmp.Diff(place{want.start, want.end, want.key, want.hint}, place{wrong.Start, wrong.End, wrong.Reason.Key, wrong.Hint.Args}); diff != "" {
			t.Errorf("%.20s:\n%s", text, diff)
		}
	}
}

func TestReducedFiltersLetMorePass(t *testing.T) {
	known := func(f *filter.Field) bool { return f.Name == "host" || f.Name == "status" }
	for text, want := range map[string]string{
		"":                              "",
		"host:a status:1 count:2 word":  "(((host = ? COLLATE NOCASE)) AND ((status = ?)))",
		"host:a or count:2":             "",
		"(host:a count:2) or status:1":  "(((host = ? COLLATE NOCASE)) OR ((status = ?)))",
		"-(host:a count:2) status:1":    "((status = ?))",
		"-(host:a or status:2) count:1": "NOT (((host = ? COLLATE NOCASE)) OR ((status = ?)))",
		"count:1":                       "",
	} {
		f, err := parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := f.Reduce(known).SQL(nil); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestWordsAreSplitOff(t *testing.T) {
	for text, want := range map[string]struct {
		words []filter.Word
		rest  string
	}{
		"":                  {nil, ""},
		"a":                 {[]filter.Word{{Text: "a"}}, ""},
		`a "b c" host:x d*`: {[]filter.Word{{Text: "a"}, {Text: "b c", Phrase: true}, {Text: "d", Prefix: true}}, "((host = ? COLLATE NOCASE))"},
		"a or b":            {nil, "((word(?)) OR (word(?)))"},
		"-a b":              {[]filter.Word{{Text: "b"}}, "NOT (word(?))"},
		"host:x":            {nil, "((host = ? COLLATE NOCASE))"},
	} {
		f, err := parse(text)
		if err != nil {
			t.Fatal(err)
		}
		split, rest := f.Split()
		left, _ := rest.SQL(words)
		if diff := cmp.Diff([]any{want.words, want.rest}, []any{split, left}); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`status>=500 host:api.* kind:timeout since:2h -endpoint:*/health "insufficient funds" has:attachment`,
		"not (a or b) and c", "time:2026-11-24..2026-11-25T08:00", "a\xff\x00:\"\\", "size>1e99", "took:99999999999999h", "status:-xx",
	} {
		f.Add(text, 3)
	}
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		place := filter.At(fields(), text, cursor)
		if runes := len([]rune(text)); place.Start < 0 || place.Start > place.End || place.End > runes {
			t.Fatalf("%q: the cursor is at %+v", text, place)
		}
		read, err := parse(text)
		var wrong *filter.Error
		if err != nil && (!errors.As(err, &wrong) || wrong.Start < 0 || wrong.Start > wrong.End || wrong.End > len([]rune(text)) || wrong.Reason.Key == "") {
			t.Fatalf("%q: %+v", text, err)
		}
		if err != nil {
			return
		}
		sql, args := read.SQL(words)
		if marks := strings.Count(sql, "?"); marks != len(args) {
			t.Fatalf("%q: %d marks and %d parameters", text, marks, len(args))
		}
	})
}
