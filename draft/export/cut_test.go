package export

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

func FuzzCut(f *testing.F) {
	f.Add("ação", 5, true)
	f.Add("💥💥", 3, false)
	f.Add("", 0, true)
	f.Fuzz(func(t *testing.T, s string, limit int, bytes bool) {
		if limit < 3 || limit > 1000 || !utf8.ValidString(s) {
			return
		}
		l := Limits{}
		if bytes {
			l.Unit = "bytes"
		}
		got := l.cut(s, limit)
		if l.length(got) > limit || !utf8.ValidString(got) {
			t.Errorf("cut(%q, %d) = %q", s, limit, got)
		}
		if kept, shortened := strings.CutSuffix(got, ellipsis); l.length(s) > limit && (!shortened || !strings.HasPrefix(s, kept)) {
			t.Errorf("cut(%q, %d) = %q", s, limit, got)
		}
		if l.length(s) <= limit && got != s {
			t.Errorf("cut(%q, %d) = %q", s, limit, got)
		}
	})
}

func TestShortenKeepsTheForm(t *testing.T) {
	const mark = "[… all of it is in the attachment]"
	plain := strings.Repeat("linha & <coisa> é\n", 100)
	for form, s := range map[string]string{
		"text.plain":    plain,
		"text.html":     "<p>" + strings.Repeat("x", 2000) + "</p>",
		"text.markdown": "# a\n\n````json\n" + plain + "````\n",
	} {
		got := Limits{Text: 700}.shorten(form, s, plain, mark)
		if n := utf8.RuneCountInString(got); n > 700 || n < 400 || !strings.Contains(got, mark) {
			t.Errorf("%s: %d characters: %s", form, n, got)
		}
		if form == "text.markdown" && openFence(got) != "" {
			t.Errorf("a fence is left open: %s", got)
		}
		if form == "text.html" && !strings.HasPrefix(got, "<pre>linha &amp; &lt;coisa&gt;") {
			t.Errorf("HTML: %s", got)
		}
		if (Limits{Text: 5000}).shorten(form, s, plain, mark) != s {
			t.Errorf("%s: what fits was changed", form)
		}
	}
	if _, err := html.Parse(strings.NewReader(Limits{Text: 60}.shorten("text.html", plain, plain, mark))); err != nil {
		t.Error(err)
	}
}
