package export

import (
	"errors"
	"net/url"
	"strings"
)

// errElsewhere is for an address that an answer named at a host that the settings do not.
var errElsewhere = errors.New("the portal's answer names an address at another host than the settings do")

// address returns where a step goes.
func (b *builder) address(s Step, path string) (string, error) {
	base := b.portal.base()
	if s.Base != "" {
		base = strings.TrimRight(b.values.get(s.Base), "/")
	}
	if s.Address == "" {
		query, err := b.form(s.Query)
		if query != "" {
			path += "?" + query
		}
		return base + path, err
	}
	given := expand(s.Address, b.values, verbatim)
	if b.secrets == nil {
		return given, nil
	}
	own, err := url.Parse(base)
	if err != nil {
		return "", errElsewhere
	}
	if there, err := url.Parse(given); err != nil || there.Scheme != own.Scheme || there.Host != own.Host || there.User != nil {
		return "", errElsewhere
	}
	return given, nil
}

// shownMask takes back what escape made of masks.
func shownMask(s string, escape func(string) string) string {
	return strings.ReplaceAll(s, escape(mask), mask)
}

// form writes parameters or fields as forms have them.
func (b *builder) form(texts map[string]Tree) (string, error) {
	form, open := url.Values{}, b.open()
	for name, t := range texts {
		value, err := t.text(open, b.files)
		if err != nil {
			return "", err
		}
		if value != "" {
			form.Set(expand(name, b.values, verbatim), value)
		}
	}
	return shownMask(form.Encode(), url.QueryEscape), nil
}
