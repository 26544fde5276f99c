package show

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"flagrante/capture"
	"flagrante/draft/text"
)

func TestHTMLColoursAndMarks(t *testing.T) {
	masks := MasksOf([]capture.Redaction{{Kind: "cpf", Rule: "name"}, {Kind: "cpf", Rule: "looks"}, {Kind: "cpf", Rule: "name"}})
	for _, c := range []struct {
		name   string
		syntax Syntax
		in     string
		want   string
	}{
		{"json", JSON, `{"a": [1.5, null, "b\"c"]}`, `<span class="hl-mark">{</span><span class="hl-name">&#34;a&#34;</span><span class="hl-mark">:</span> <span class="hl-mark">[</span><span class="hl-number">1.5</span><span class="hl-mark">,</span> <span class="hl-word">null</span><span class="hl-mark">,</span> <span class="hl-text">&#34;b\&#34;c&#34;</span><span class="hl-mark">]}</span>`},
		{"xml", XML, `<a b="c">d&amp;</a>`, `<span class="hl-name">&lt;a</span> <span class="hl-name">b</span>=<span class="hl-text">&#34;c&#34;</span><span class="hl-name">&gt;</span>d<span class="hl-word">&amp;amp;</span><span class="hl-name">&lt;/a</span><span class="hl-name">&gt;</span>`},
		{"mask", Plain, "cpf <cpf:abcdefg2>.", `cpf <span class="mask" title="cpf · name, looks">&lt;cpf:abcdefg2&gt;</span>.`},
		{"mask in XML", Plain, "&lt;cpf:abcdefg2&gt;", `<span class="mask" title="cpf · name, looks">&amp;lt;cpf:abcdefg2&amp;gt;</span>`},
		{"no mask of ours", Plain, "<name:abcdefg2> <valor>", `&lt;name:abcdefg2&gt; &lt;valor&gt;`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(HTML(c.syntax, c.in, masks)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// FuzzHTML: whatever is coloured, the page shows the same text and holds nothing
// but our spans.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{`{"a":"<script>"}`, `<a b='c'>&lt;cpf:abcdefg2&gt;</a>`, "a=<cpf:abcdefg2>&b", "\x1b[0m\u202e\xff<!-- <![CDATA[ ]]>", `"\\\\\\`, "<cpf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, syntax := range []Syntax{JSON, XML, Form, Plain} {
			page := string(HTML(syntax, s, Masks{"cpf": "name"}))
			doc, err := html.Parse(strings.NewReader("<pre>\n" + page + "</pre>"))
			if err != nil {
				t.Fatal(err)
			}
			var seen strings.Builder
			for n := range doc.Descendants() {
				switch {
				case n.Type == html.TextNode:
					seen.WriteString(n.Data)
				case n.Type == html.ElementNode && n.Data != "span" && n.Data != "html" && n.Data != "head" && n.Data != "body" && n.Data != "pre":
					t.Fatalf("%s makes <%s> of %q", syntax, n.Data, s)
				}
			}
			if want := strings.ReplaceAll(text.Visible(s), "\r", "\n"); seen.String() != want {
				t.Fatalf("%s shows %q of %q", syntax, seen.String(), want)
			}
		}
	})
}

// BenchmarkHTML shows that hostile texts take no longer than usual ones.
func BenchmarkHTML(b *testing.B) {
	for name, s := range map[string]string{
		"json":   strings.Repeat(`{"valor": 12.5, "nome": "ana"},`, 2048),
		"quotes": strings.Repeat(`"`, 64<<10), "escapes": strings.Repeat(`\`, 64<<10), "blank": `"` + strings.Repeat(" ", 64<<10),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				HTML(JSON, s, nil)
			}
			b.ReportMetric(float64(b.Elapsed()/time.Duration(b.N))/float64(time.Millisecond), "ms/64KiB")
		})
	}
}
