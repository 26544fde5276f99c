package text_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// FuzzTicket puts one hostile string everywhere that an app or a vendor can
// write, and wants a ticket in which all of it is text.
func FuzzTicket(f *testing.F) {
	seeds := []string{
		"", "`", "``` x", "~~~", "\n```\n# x", "<script>alert(1)</script>", "<!-- ", "]]>", "[a](b)", "![a](b)",
		"[a]: http://x\n[a]", "https://evil.example", "<https://evil.example>", "&lt;b&gt;", "\\", "\\`", "**", "_a_", "1. a", "> a",
		"\x1b[31m", "\u202eabc", "\x9b", "\xff\xfe", "\r", "\u2028", "\t- a", "    code", "a\n\n<b>", "<a\nhref=x>", "$\\x$", "|a|b|\n|-|-|", "===", "---",
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := composed(t, poisoned(s), draft.Portuguese)
		o := options(t, draft.Portuguese)
		fragment, err := text.HTML(d, o)
		if err != nil {
			t.Fatal(err)
		}
		inert(t, fragment)
		if !strings.HasSuffix(fragment, "<p>Rascunho d-k3f9qa2m, assinatura da falha v1:9f2c51d07ab3e846</p>\n") {
			t.Errorf("the end of the ticket is not text any more: %q", fragment[max(0, len(fragment)-200):])
		}
		if n := strings.Count(fragment, "<h2>"); n != 11 {
			t.Errorf("%d second headings, want 11", n)
		}
		for name, written := range map[string]string{"Markdown": text.Markdown(d, o), "Plain": text.Plain(d, o)} {
			if i := strings.IndexFunc(written, obeyed); i >= 0 {
				t.Errorf("%s has the control character %q", name, written[i:min(i+4, len(written))])
			}
		}
	})
}

func poisoned(s string) draft.Evidence {
	f := answered(charge(), 500, s, s, s)
	f.Endpoint = "POST api.bank.example/" + s
	f.Vendor = capture.Vendor{Code: s, Message: s + " " + s}
	f.RequestIDs = []string{s}
	f.Origin = capture.Origin{Country: s, Source: s, Addr: s}
	f.Redactions = []capture.Redaction{{Where: s, Kind: s}}
	r := &f.Exchange.Request
	r.Method, r.URL, r.Proto, r.Body = s, s, s, body(s)
	r.Header = proxy.Fields{{Name: s, Value: s}, {Name: "User-Agent", Value: s}}
	r.Trailer = r.Header
	f.Exchange.Response.Body.Complete, f.Exchange.Response.Body.Err = false, s
	f.Exchange.Response.Trailer = r.Header
	u := &f.Exchange.Upstream
	u.Addr, u.TLSVersion, u.Cipher, u.CertSubject, u.CertIssuer = s, s, s, s, s
	return many(f, 3, 1)
}

// inert fails the test unless fragment has nothing but plain elements without
// attributes, apart from the class that names the syntax of a fence.
func inert(t *testing.T, fragment string) {
	t.Helper()
	allowed := []string{"h1", "h2", "h3", "p", "ul", "ol", "li", "strong", "code", "pre"}
	classes := []string{"language-bash", "language-http", "language-json", "language-html", "language-xml", "language-text"}
	z := html.NewTokenizer(strings.NewReader(fragment))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch token.Type {
		case html.TextToken:
			continue
		case html.CommentToken, html.DoctypeToken:
			t.Errorf("the ticket has %q", token)
		default:
			if !slices.Contains(allowed, token.Data) {
				t.Errorf("the ticket has the element %q", token)
			}
		}
		for _, a := range token.Attr {
			if _, err := strconv.Atoi(a.Val); token.Data == "ol" && a.Key == "start" && err == nil {
				continue
			}
			if token.Data != "code" || a.Key != "class" || !slices.Contains(classes, a.Val) {
				t.Errorf("the ticket has the attribute %q", token)
			}
		}
	}
}

// obeyed reports whether a terminal or the order of reading would obey r.
func obeyed(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
}
