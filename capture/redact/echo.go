package redact

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"

	"flagrante/capture/redact/detect"
)

// maxSeen bounds how many values are looked for in the second pass.
const maxSeen = 20_000

// forms lists the ways in which a value may be written elsewhere in an exchange.
func forms(kind detect.Kind, v string) []string {
	v = strings.TrimSpace(v)
	all := []string{v}
	digits := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, v)
	switch {
	case kind == detect.CPF && len(digits) == 11:
		all = append(all, digits, digits[:3]+"."+digits[3:6]+"."+digits[6:9]+"-"+digits[9:])
	case kind == detect.CNPJ && len(digits) == 14:
		all = append(all, digits, digits[:2]+"."+digits[2:5]+"."+digits[5:8]+"/"+digits[8:12]+"-"+digits[12:])
	case kind == detect.Phone && len(digits) >= 10:
		all = append(all, digits, digits[max(0, len(digits)-11):])
	case kind == detect.Card || kind == detect.Boleto || kind == detect.Document || kind == detect.CNS || kind == detect.Titulo || kind == detect.PIS || kind == detect.RG:
		all = append(all, digits)
	case kind == detect.Name || kind == detect.Address:
		all = append(all, strings.ToUpper(v), strings.ToLower(v))
	case kind == detect.Token || kind == detect.Secret:
		all = append(all, credentials(v)...)
	}
	return all
}

// credentials lists the parts of an Authorization value that may stand alone.
func credentials(v string) []string {
	plain, err := base64.StdEncoding.DecodeString(v)
	text := string(plain)
	if err != nil {
		text = v
	}
	if _, password, ok := strings.Cut(text, ":"); ok && !strings.ContainsAny(password, " /") {
		return []string{password, text}
	}
	return nil
}

// memorable reports whether a value that occurs again is the same by more than by
// chance.
func memorable(kind detect.Kind, v string) bool {
	switch {
	case kind == detect.Name || kind == detect.Address:
		return len(v) >= 8 && strings.Contains(v, " ")
	case kind == detect.Account || kind == detect.Branch || kind == detect.CVV || kind == detect.Birth || kind == detect.Card:
		return len(v) >= 7 && (kind != detect.Card || len(v) > 7)
	case len(v) < 6 || len(v) > 8192:
		return false
	case smallLetters(v):
		return len(v) >= 8 && kind.IsSecret()
	}
	return true
}

func smallLetters(v string) bool {
	for i := range len(v) {
		if v[i] < 'a' || v[i] > 'z' {
			return false
		}
	}
	return true
}

// addForms adds a value in the forms in which it may be written.
func (n *needles) addForms(v, mask string, add func(needle)) {
	add(needle{text: v, mask: mask, apart: len(v) < 12})
	if !unreserved(v) {
		for _, form := range [...]string{url.QueryEscape(v), url.PathEscape(v), escapeJSON(v)} {
			if form != v {
				add(needle{text: form, mask: mask})
			}
		}
	}
	if len(v) >= 16 && len(v) <= 128 {
		for _, form := range [...]string{strings.ToUpper(v), hex.EncodeToString([]byte(v))} {
			if form != v {
				add(needle{text: form, mask: mask, apart: true})
			}
		}
	}
	for _, form := range inBase64(v) {
		add(needle{text: form, mask: mask, encoded: true})
	}
}

// unreserved reports whether nothing of a value is escaped anywhere.
func unreserved(v string) bool {
	for i := range len(v) {
		if c := v[i]; !wordByte(c) && c != '-' && c != '_' && c != '.' && c != '~' || c >= 0x80 {
			return false
		}
	}
	return true
}

// inBase64 is what of v stands in the base64 of a longer text, which depends on
// where it begins.
func inBase64(v string) []string {
	all := make([]string, 0, 3)
	for shift := range 3 {
		coded := base64.RawStdEncoding.EncodeToString([]byte("\x00\x00"[:shift] + v))
		// The first and the last characters hold bits of their neighbours.
		if from := (shift*8 + 5) / 6; len(coded) > from+9 {
			inner := coded[from : len(coded)-1]
			all = append(all, inner)
			if strings.ContainsAny(inner, "+/") {
				all = append(all, strings.ReplaceAll(strings.ReplaceAll(inner, "+", "-"), "/", "_"))
			}
		}
	}
	return all
}
