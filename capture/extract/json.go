package extract

import (
	"encoding/json"
	"strings"
	"unicode"

	"flagrante/capture"
)

// maxDepth bounds how deep the search for an error object goes.
const maxDepth = 4

// codeKeys and messageKeys are the names that vendors give to the two, the more
// telling first; compared without case, "_" and "-".
func codeKeys() []string {
	return []string{"code", "codigo", "errorcode", "codigoerro", "codigodoerro", "errcode", "cod", "type", "status", "faultcode"}
}

func messageKeys() []string {
	return []string{"detail", "message", "mensagem", "errordescription", "errormessage", "mensagemerro", "descricao", "description", "msg", "title", "titulo", "reason", "motivo", "faultstring", "texto"}
}

// holderKeys are the names under which the error itself lies.
func holderKeys() []string {
	return []string{"error", "erro", "errors", "erros", "fault", "violacoes", "violations", "mensagens", "messages", "details", "detalhes", "data"}
}

// fromJSON reads the first JSON value of text. What is cut off or broken says
// nothing.
func fromJSON(text string) capture.Vendor {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return capture.Vendor{}
	}
	v := fromValue(value, 0)
	return capture.Vendor{Code: code(v.Code), Message: clean(v.Message, maxMessage)}
}

func fromValue(value any, depth int) capture.Vendor {
	if depth > maxDepth {
		return capture.Vendor{}
	}
	switch value := value.(type) {
	case []any:
		if len(value) > 0 {
			return fromValue(value[0], depth+1)
		}
	case map[string]any:
		return fromObject(folded(value), depth)
	case string:
		return capture.Vendor{Message: value}
	}
	return capture.Vendor{}
}

// fromObject takes the code and the message from the object itself; what it
// lacks is taken from the error that it holds.
func fromObject(o map[string]any, depth int) capture.Vendor {
	v := capture.Vendor{Code: codeOf(o), Message: first(o, messageKeys())}
	for _, key := range holderKeys() {
		inner, ok := o[key]
		if !ok || v.Code != "" && v.Message != "" {
			continue
		}
		v = filled(v, fromHolder(key, inner, depth))
	}
	return v
}

// fromHolder treats {"error": "invalid_grant"} (RFC 6749 section 5.2) as a code.
func fromHolder(key string, inner any, depth int) capture.Vendor {
	text, ok := inner.(string)
	if !ok {
		return fromValue(inner, depth+1)
	}
	if c := code(text); (key == "error" || key == "erro") && c != "" && !strings.Contains(c, " ") {
		return capture.Vendor{Code: c}
	}
	return capture.Vendor{Message: text}
}

func filled(v, from capture.Vendor) capture.Vendor {
	if v.Code == "" {
		v.Code = from.Code
	}
	if v.Message == "" {
		v.Message = from.Message
	}
	return v
}

// codeOf returns the code of an object. The type of a problem document is a URI
// (RFC 9457 section 3.1.1), whose last segment is the code; a status that only
// repeats the answer's says nothing and is left out.
func codeOf(o map[string]any) string {
	for _, key := range codeKeys() {
		text := scalar(o[key])
		switch {
		case text == "" || key == "status" && isNumber(text):
			continue
		case key == "type":
			text = typeCode(text)
		}
		if c := code(text); c != "" {
			return c
		}
	}
	return scalarCode(o["__type"])
}

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
	return uri[strings.LastIndexAny(uri, "/:#")+1:]
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

func first(o map[string]any, keys []string) string {
	for _, key := range keys {
		if text := strings.TrimSpace(scalar(o[key])); text != "" {
			return text
		}
	}
	return ""
}

func scalar(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	}
	return ""
}

// folded returns the object with its keys in lower case and without "_", "-" and
// accents; AWS's "__type" keeps its name.
func folded(o map[string]any) map[string]any {
	out := make(map[string]any, len(o))
	for key, value := range o {
		if key != "__type" {
			key = strings.Map(fold, key)
		}
		out[key] = value
	}
	return out
}

func fold(r rune) rune {
	switch r = unicode.ToLower(r); r {
	case '_', '-':
		return -1
	case 'ç':
		return 'c'
	case 'ó', 'õ', 'ô':
		return 'o'
	case 'ã', 'á', 'â', 'à':
		return 'a'
	}
	return r
}
