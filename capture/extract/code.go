package extract

import (
	"strings"

	"flagrante/capture"
	"flagrante/capture/lexicon"
)

// code returns the code of an object. The type of a problem document is a URI
// (RFC 9457 section 3.1.1), whose last segment is the code; a status that only
// repeats the answer's, or that there is an error, says nothing and is left out.
func (s search) code(o map[string]any) string {
	if status := scalar(o["status"]); scalar(o["code"]) != "" && isNumber(scalar(o["code"])) && isName(status) {
		return status
	}
	if said := scalar(o["erro"]); said != "" && scalar(o["msgerro"]) != "" {
		return code(said)
	}
	if c := telling(o); c != "" {
		return c
	}
	if uri := scalar(o["type"]); strings.Contains(uri, "/") {
		return code(typeCode(uri))
	}
	if c := scalarCode(o["__type"]); c != "" || !s.weak {
		return c
	}
	if c := code(namedSo(o, isCodeName)); strings.Trim(c, "0") != "" {
		return c
	}
	if c := code(namedSo(o, isStatusCodeName)); strings.Trim(c, "0") != "" && !repeatsError(c) {
		return c
	}
	if c := namedSo(o, isStatusName); strings.HasPrefix(c, "-") && isNumber(c[1:]) {
		return c
	}
	for _, key := range weakCodeKeys() {
		if c := weakCode(key, scalar(o[key]), o); c != "" {
			return c
		}
	}
	return weakCode("id", scalar(o["id"]), o)
}

// telling returns the first code that there is; a name tells more than a number that
// repeats a status.
func telling(o map[string]any) string {
	found := ""
	for _, key := range codeKeys() {
		switch c := strongCode(key, scalar(o[key])); {
		case c == "", found != "" && isNumber(c):
		case found != "" || !repeatsError(c):
			return c
		default:
			found = c
		}
	}
	return found
}

// repeatsError tells the numbers that only repeat a status that is an error.
func repeatsError(c string) bool { return isNumberOfStatus(c) && c >= "400" }

func strongCode(key, text string) string {
	switch {
	case text == "" || text == "0" || (key == "statuscode" || key == "httpcode") && isNumber(text):
		return ""
	case key == "faultcode":
		text = withoutPrefix(text)
	}
	return code(text)
}

func weakCode(key, text string, o map[string]any) string {
	isName := key == "nome" || key == "name" || key == "id"
	switch {
	case isGeneric(text), lexicon.Good(text), key == "exception" && !strings.Contains(text, "."), key == "status" && isNumber(text), isName && (strings.Contains(text, " ") || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") == "" || first(o, messageKeys()) == ""), key == "id" && !isErrorName(text):
		return ""
	case key == "type":
		text = typeCode(text)
	}
	return code(text)
}

// isErrorName tells what an error is called, as in {"id": "not_found"}, from the id of a thing.
func isErrorName(id string) bool {
	return strings.Trim(id, "abcdefghijklmnopqrstuvwxyz_") == "" && (strings.Contains(id, "_") || lexicon.Of(id).Has(lexicon.Error))
}

// isGeneric tells words that say only that there is an error.
func isGeneric(text string) bool {
	switch strings.ToLower(text) {
	case "", "error", "erro", "fail", "failed", "failure", "falha", "nok", "e", "a", "exception", "fault", "object", "string", "sender", "client", "server", "user", "service":
		return true
	}
	return false
}

// isNumberOfStatus tells what only repeats a status.
func isNumberOfStatus(c string) bool { return len(c) == 3 && isNumber(c) && c >= "100" && c < "600" }

func scalarCode(value any) string {
	text := scalar(value)
	if _, name, ok := strings.Cut(text, "#"); ok {
		text = name
	}
	return code(text)
}

func typeCode(uri string) string {
	if uri == "about:blank" {
		return ""
	}
	if !strings.Contains(uri, "/") && !strings.Contains(uri, ":") {
		return uri
	}
	uri = strings.TrimRight(uri, "/")
	name := uri[strings.LastIndexAny(uri, "/:#")+1:]
	if strings.HasPrefix(name, "section-") {
		// A section of the RFC that the status is from.
		return ""
	}
	return name
}

// leading takes the code from the beginning of a message that has none beside it, as in
// "PRC-124: Peso inválido" and "E1017 - Conta encerrada".
func leading(v capture.Vendor) capture.Vendor {
	if v.Code != "" {
		return v
	}
	for _, mark := range []string{": ", " - ", " – "} {
		if c, rest, ok := strings.Cut(v.Message, mark); ok && isWrittenAsCode(c) && rest != "" {
			return capture.Vendor{Code: c, Message: strings.TrimSpace(rest)}
		}
	}
	return v
}

// isWrittenAsCode tells capitals with a number behind them, which a hyphen sets apart unless the
// letters are few: "CNAB240" is a name.
func isWrittenAsCode(text string) bool {
	letters := strings.TrimRight(text, "0123456789")
	name := strings.TrimRight(letters, "-_")
	digits := len(text) - len(letters)
	return digits > 1 && digits < 8 && name != "" && name != "HTTP" && (len(name) < len(letters) || len(name) <= 3) && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == ""
}

// isName tells the name of a status, such as Google's PERMISSION_DENIED.
func isName(s string) bool {
	return len(s) > 2 && !isGeneric(s) && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }
