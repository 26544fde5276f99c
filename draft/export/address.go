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
		if query := b.query(s); query != "" {
			path += "?" + query
		}
		return base + path, nil
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

func (b *builder) query(s Step) string {
	query := url.Values{}
	for name, value := range s.Query {
		if value = expand(value, b.open(), verbatim); value != "" {
			query.Set(expand(name, b.values, verbatim), value)
		}
	}
	return shownMask(query.Encode(), url.QueryEscape)
}
