package template_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft/template"
)

func names() template.Names {
	return template.Names{Parts: []string{"steps", "summary"}, Values: []string{"title", "phone", "host"}}
}

func TestParse(t *testing.T) {
	got, err := template.Parse("# {title}\n\nCall [now: **{phone}**].\r\nAt `{host}`, {{a}} [[b]]\n\n## Steps\n  {steps}\n- one\n2. two\n3.5 is a number\n", names())
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) template.Span { return template.Span{Text: s} }
	want := template.Template{Blocks: []template.Block{
		{Kind: template.Heading, Level: 1, Line: []template.Span{{Value: "title"}}},
		{Kind: template.Paragraph, Line: []template.Span{
			text("Call "), {Optional: []template.Span{text("now: "), {Style: template.Strong, Value: "phone"}}}, text("."), text(" "),
			text("At "), {Style: template.Code, Value: "host"}, text(", {a} [b]"),
		}},
		{Kind: template.Heading, Level: 2, Line: []template.Span{text("Steps")}},
		{Kind: template.Part, Name: "steps"},
		{Kind: template.Bullet, Line: []template.Span{text("one")}},
		{Kind: template.Numbered, Line: []template.Span{text("two")}},
		{Kind: template.Paragraph, Line: []template.Span{text("3.5 is a number")}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"steps"}, got.Parts()); diff != "" || !got.Has("phone") || got.Has("summary") {
		t.Errorf("parts: %s, phone: %v", diff, got.Has("phone"))
	}
}

func TestWhatIsWrongIsSaidWithItsLine(t *testing.T) {
	tests := []struct{ source, want string }{
		{"a\n\n{smell}", "line 3: {smell} is not known; there are host, phone, steps, summary, title"},
		{"a {steps}", "line 1: {steps} is of several lines, and has to stand on a line of its own"},
		{"a\nb {title", `line 2: a "}" is missing in this line; a brace itself is written twice`},
		{"a }", `line 1: there is a "}" that closes nothing; the character itself is written twice`},
		{"a ]", `line 1: there is a "]" that closes nothing; the character itself is written twice`},
		{"[a", `line 1: a "]" is missing in this line`},
		{"[a]", "line 1: a part in [brackets] is left out when a value in it is empty, so it needs a {name}; a bracket itself is written twice"},
		{"[a [{title}]]", "line 1: a part in [brackets] can't have another one inside"},
		{"**{title}", `line 1: a "**" is missing in this line`},
		{"`{title}", "line 1: a \"`\" is missing in this line"},
		{"a **** b", `line 1: there is nothing between "**" and "**"`},
		{"{{ title }}", "line 1: {title} is written with one brace at each side"},
		{strings.Repeat("a", 32<<10+1), "line 1: the text is longer than 32 KiB"},
	}
	for _, tt := range tests {
		_, err := template.Parse(tt.source, names())
		var wrong *template.Error
		if !errors.As(err, &wrong) || wrong.Error() != tt.want {
			t.Errorf("Parse(%.40q) = %v, want %s", tt.source, err, tt.want)
		}
	}
}

func TestLine(t *testing.T) {
	if _, err := template.Line("a\nb", names().Values); err == nil {
		t.Error("a text of two lines passed for one")
	}
	got, err := template.Line("# {title}[ – {host}]", names().Values)
	want := []template.Span{{Text: "# "}, {Value: "title"}, {Optional: []template.Span{{Text: " – "}, {Value: "host"}}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// Whatever a text is, reading it ends, and it names nothing that is not known.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"# {title}", "{{title}}", "[[{host}]]", "**`{title}`**", "[**{phone}]**", "}{", "{steps}\n{steps}", "####### a", "-  ", "1. "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		got, err := template.Parse(source, names())
		if err != nil {
			return
		}
		for _, b := range got.Blocks {
			checkSpans(t, b.Line)
		}
		for _, part := range got.Parts() {
			if part != "steps" && part != "summary" {
				t.Errorf("the part %q", part)
			}
		}
	})
}

func checkSpans(t *testing.T, spans []template.Span) {
	t.Helper()
	for _, s := range spans {
		if s.Value != "" && s.Value != "title" && s.Value != "phone" && s.Value != "host" {
			t.Errorf("the value %q", s.Value)
		}
		checkSpans(t, s.Optional)
	}
}
