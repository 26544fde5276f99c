package export

import (
	"net/url"
	"unicode/utf8"
)

// longestForm is how long the address of a form may be, in characters: real servers
// refuse longer ones.
const longestForm = 6000

// form returns the address of a portal's form, filled in. When that would be too
// long, the text is left out of it and returned to be copied.
func (x *Exporter) form(p Parcel) (address, text string) {
	r := x.portals[p.Portal].recipe
	if r.Form == "" {
		return "", ""
	}
	v := values{text: p.Text, list: p.Lists}
	address = expand(r.Form, v.with(map[string]string{"base": ""}), url.QueryEscape)
	base := x.portals[p.Portal].base()
	address = expandBase(r.Form, base) + address
	if utf8.RuneCountInString(address) <= longestForm {
		return address, ""
	}
	short := expand(r.Form, v.with(map[string]string{"base": "", "text": ""}), url.QueryEscape)
	return expandBase(r.Form, base) + short, p.Text["text"]
}

// expandBase returns the base when the address begins with it.
func expandBase(form, base string) string {
	if first := pieces(form); len(first) > 0 && first[0].name == "base" {
		return base
	}
	return ""
}
