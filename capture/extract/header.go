package extract

import (
	"strings"

	"flagrante/capture"
	"flagrante/proxy"
)

// fromHeader reads what the header of a refusal says of it: the challenge of a bearer
// token (RFC 6750 section 3), and the type of an error of AWS.
func fromHeader(h proxy.Fields) capture.Vendor {
	for _, challenge := range h.Values("Www-Authenticate") {
		if c := parameterOf(challenge, "error"); c != "" {
			return Bounded(c, parameterOf(challenge, "error_description"))
		}
	}
	kind, _, _ := strings.Cut(h.Get("X-Amzn-Errortype"), ":")
	return Bounded(kind, "")
}

// parameterOf returns a parameter of a challenge (RFC 9110 section 11.2), quoted or not.
func parameterOf(challenge, name string) string {
	for {
		before, after, ok := strings.Cut(challenge, "=")
		if !ok {
			return ""
		}
		before = strings.TrimRight(before, " \t")
		value, rest := parameterValue(strings.TrimLeft(after, " \t"))
		if strings.EqualFold(before[strings.LastIndexAny(before, " \t,")+1:], name) {
			return value
		}
		challenge = rest
	}
}

func parameterValue(text string) (value, rest string) {
	if quoted, ok := strings.CutPrefix(text, `"`); ok {
		value, rest, _ = strings.Cut(quoted, `"`)
		return value, rest
	}
	if end := strings.IndexAny(text, " ,\""); end >= 0 {
		return text[:end], text[end:]
	}
	return text, ""
}
