package steps

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"flagrante/capture/curl"
	"flagrante/capture/redact/detect"
)

// maskAt returns the mask that s begins with, as it is in an address too. What stands
// whole between quotes is no tag, so any mask may be there.
func maskAt(s string, quoted bool) (text string, length int) {
	if n := detect.MaskLen(s); n > 0 && quoted && strings.HasPrefix(s[n:], `"`) && slices.Contains(slices.Concat(detect.Secrets(), detect.Personal()), detect.Kind(kindOf(s[:n]))) {
		return s[:n], n
	}
	if n := detect.MaskLen(s); n > 0 && known(s[:n]) && !strings.Contains(s[n:], "</"+kindOf(s[:n])+">") {
		return s[:n], n
	}
	if !strings.HasPrefix(s, "%3C") {
		return "", 0
	}
	end := strings.Index(s, "%3E")
	if end < 0 || end > 80 {
		return "", 0
	}
	plain, err := url.PathUnescape(s[:end+3])
	if err != nil || detect.MaskLen(plain) != len(plain) || !known(plain) {
		return "", 0
	}
	return plain, end + 3
}

func isMask(s string) bool { return detect.MaskLen(s) == len(s) && s != "" && known(s) }

// known tells a mask from a tag of a page or of XML, which looks the same when the
// mask has no pseudonym; where such a tag is closed later on, it is none either.
func known(mask string) bool {
	if strings.Contains(mask, ":") {
		return true
	}
	return slices.Contains([]string{"credential", "cookie", "token", "secret", "key", "password", "private_key", "cvv", "cpf", "cnpj", "pix_key", "card", "account"}, kindOf(mask))
}

func kindOf(mask string) string {
	kind, _, _ := strings.Cut(strings.Trim(mask, "<>"), ":")
	return kind
}

// markMasks puts marks in the place of masks.
func (m *maker) markMasks(s, where string) string {
	if !strings.Contains(s, "<") && !strings.Contains(s, "%3C") {
		return s
	}
	var b strings.Builder
	var at pointer
	inJSON := strings.HasPrefix(strings.TrimSpace(s), "{") || strings.HasPrefix(strings.TrimSpace(s), "[")
	for s != "" {
		mask, n := maskAt(s, strings.HasSuffix(b.String(), `"`))
		if n == 0 {
			at.pass(s[0])
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		place := memberBefore(b.String())
		if inJSON {
			place = at.String()
		}
		b.WriteString(curl.Variable(m.masked(mask, where+place)))
		s = s[n:]
	}
	return b.String()
}

// memberBefore finds the name of the member of JSON, or of the pair of a form, whose
// value begins at the end of a text.
func memberBefore(text string) string {
	found := regexp.MustCompile(`(?:"([A-Za-z0-9_.-]{1,40})"\s*:\s*"?|(?:^|[?&])([A-Za-z0-9_.-]{1,40})=)[^"&=]*$`).FindStringSubmatch(text[max(0, len(text)-200):])
	if found == nil {
		return ""
	}
	return "/" + found[1] + found[2]
}

// masked returns the name of a masked value. One without a pseudonym may be another
// value in every place.
func (m *maker) masked(mask, where string) string {
	key := mask
	if !strings.Contains(mask, ":") {
		if name, carried := m.masks[mask]; carried {
			return name
		}
		key += where
	}
	if name, ok := m.masks[key]; ok {
		return name
	}
	kind := kindOf(mask)
	label := kind
	if kind == "user" {
		// The shell has a variable of that name.
		label = "login"
	}
	name := m.name(label, 0)
	m.masks[key] = name
	m.fill = append(m.fill, Variable{Name: name, Kind: kind, Where: where})
	return name
}
