package export

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

const formRecipe = `
name: formulario
text: text.plain
require: [title]
form: "{base}/novo?assunto={title}&gravidade={severity}&texto={text}"
`

// formOf returns the preview of a draft at a portal that has only a form.
func formOf(t *testing.T, title string) (Parcel, Preview) {
	t.Helper()
	x := ownPortal(t, []byte(formRecipe), Portal{URL: "https://chamados.example/portal/"})
	d := sample()
	d.Title = title
	p, preview, err := x.Pack("bank", d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p, preview
}

func TestAFormOpensFilledIn(t *testing.T) {
	x := ownPortal(t, []byte(strings.Replace(formRecipe, "&texto={text}", "&impressao={fingerprint}", 1)), Portal{URL: "https://chamados.example/portal/"})
	p, preview, err := x.Pack("bank", sample(), nil)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(preview.Form)
	if err != nil {
		t.Fatal(err)
	}
	if u.Host != "chamados.example" || u.Path != "/portal/novo" || u.Query().Get("assunto") != p.Text["title"] || u.Query().Get("gravidade") != "critical" || u.Query().Get("impressao") != "v1:3c1f" {
		t.Errorf("the address is %s", preview.Form)
	}
	if !preview.FormOnly || preview.Copy != "" {
		t.Errorf("form only: %v, to copy: %q", preview.FormOnly, preview.Copy)
	}
}

func TestAFormThatWouldBeTooLongHasItsTextCopied(t *testing.T) {
	p, preview := formOf(t, strings.Repeat("ação ", 300))
	if n := utf8.RuneCountInString(preview.Form); n > longestForm || preview.Copy != p.Text["text"] || preview.Copy == "" {
		t.Errorf("%d characters, and %d to copy", n, len(preview.Copy))
	}
	u, err := url.Parse(preview.Form)
	if err != nil || u.Query().Get("texto") != "" || u.Query().Get("assunto") == "" {
		t.Errorf("the address is %s, %v", preview.Form, err)
	}
}

func TestATitleCanNotBendTheAddressOfAForm(t *testing.T) {
	_, preview := formOf(t, `x&admin=1#"><script> {base}`)
	u, err := url.Parse(preview.Form)
	if err != nil || u.Host != "chamados.example" || u.Query().Has("admin") || u.Fragment != "" || u.Query().Get("assunto") != `x&admin=1#"><script> {base}` {
		t.Errorf("the address is %s, %v", preview.Form, err)
	}
}
