package extract

import (
	"encoding/json"
	"strings"

	"flagrante/capture"
	"flagrante/capture/document"
)

// maxDepth bounds how deep the search for an error object goes.
const maxDepth = 4

// maxItems bounds how many items of a list are looked at for one that says
// something.
const maxItems = 20

// codeKeys and messageKeys are the names that vendors give to the two, the more
// telling first; compared without case, "_" and "-".
func codeKeys() []string {
	return []string{"code", "codigo", "errorcode", "codigoerro", "codigodoerro", "errcode", "codretorno", "codigoretorno", "returncode", "cod", "type", "status", "faultcode"}
}

func messageKeys() []string {
	return []string{"detail", "diagnostics", "message", "mensagem", "errmsg", "mensagemretorno", "returnmessage", "errordescription", "errormessage", "mensagemerro", "descricao", "description", "msg", "title", "titulo", "reason", "razao", "motivo", "faultstring", "texto"}
}

// holderKeys are the names under which the error itself lies.
func holderKeys() []string {
	return []string{"error", "erro", "errors", "erros", "fault", "violacoes", "violations", "mensagens", "messages", "details", "detalhes", "issue", "extensions", "errormessages", "listaerros", "mensagenserro", "validationerrors", "retorno", "resposta", "response", "data"}
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
		for _, item := range value[:min(len(value), maxItems)] {
			if v := fromValue(item, depth+1); v != (capture.Vendor{}) {
				return v
			}
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
		return fromFields(key, inner, fromValue(inner, depth+1), depth)
	}
	if c := code(text); (key == "error" || key == "erro") && c != "" && !strings.Contains(c, " ") {
		return capture.Vendor{Code: c}
	}
	return capture.Vendor{Message: text}
}

// fromFields reads errors that are listed by field, as in {"title": ["is blank"]},
// where nothing else was found.
func fromFields(key string, inner any, v capture.Vendor, depth int) capture.Vendor {
	o, ok := inner.(map[string]any)
	if !ok || v != (capture.Vendor{}) || key != "errors" && key != "erros" {
		return v
	}
	for _, name := range document.Keys(o)[:min(len(o), maxItems)] {
		if v = fromValue(o[name], depth+1); v != (capture.Vendor{}) {
			return v
		}
	}
	return v
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
	if status := scalar(o["status"]); isNumber(scalar(o["code"])) && isName(status) {
		return status
	}
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

// isName tells the name of a status, such as Google's PERMISSION_DENIED.
func isName(s string) bool {
	return strings.Contains(s, "_") && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

func first(o map[string]any, keys []string) string {
	for _, key := range keys {
		text := strings.TrimSpace(scalar(o[key]))
		if text == "" {
			// OData v2 has the text beside its language.
			text = document.Scalar(document.Get(o[key], "value"))
		}
		if text != "" {
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
	for _, key := range document.Keys(o) {
		name := document.Fold(key)
		if _, taken := out[name]; !taken {
			out[name] = o[key]
		}
	}
	return out
}
