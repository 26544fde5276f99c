package gate

import (
	"html"
	"regexp"
	"strings"
	"sync"
)

// references are the forms in which the shell and .http files name the variables of the steps
// to reproduce. They are compiled when something is first looked at.
type references struct {
	compile sync.Once
	forms   []form
}

// form is one of them. What it fits has the sign, which is found many times as fast.
type form struct {
	sign string
	expr *regexp.Regexp
}

// hide writes a mask in the place of every variable: what stands there is a name, and no
// value, though it comes after "token:".
func (r *references) hide(text string) string {
	r.compile.Do(r.load)
	mask := "<variable:aaaaaaaa>"
	if strings.Contains(text, "</code>") || strings.Contains(text, `\u003c/`) {
		// In a page the mask would be an element.
		mask = html.EscapeString(mask)
	}
	for _, f := range r.forms {
		if strings.Contains(text, f.sign) {
			text = f.expr.ReplaceAllString(text, mask)
		}
	}
	return text
}

func (r *references) load() {
	const name, single, double = `[A-Z][A-Z0-9_]{1,44}`, `(?:'|&#39;)`, `(?:\\?"|&#34;|&quot;)`
	r.forms = []form{
		{"=$", regexp.MustCompile(`\b` + name + `=(?:\$\(|\$\{[A-Z0-9_]+:-\})`)},
		// The quotes around a variable belong to the shell, those further out to the text;
		// what is printed ends before it and begins anew behind it.
		{"$", regexp.MustCompile(`(?:` + single + `(?:\)` + double + `)?)?` + double + `\$` + name + double + `(?:` + single + `|` + double + `\$\(printf ` + single + `)?`)},
		{"$", regexp.MustCompile(`\$` + name + `\b`)},
		{"{{", regexp.MustCompile(`\{\{` + name + `\}\}`)},
	}
}
