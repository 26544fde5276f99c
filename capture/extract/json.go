package extract

import (
	"encoding/json"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/capture/lexicon"
)

// maxDepth bounds how deep the search for an error object goes.
const maxDepth = 4

// maxItems bounds how many items of a list are looked at for one that says
// something.
const maxItems = 20

// codeKeys, weakCodeKeys and messageKeys are the names that vendors give to the two,
// the more telling first; compared without case, accents, "_" and "-".
func codeKeys() []string {
	return []string{
		"code", "codigo", "errorcode", "codigoerro", "codigodoerro", "errcode", "cderro", "coderro", "codretorno", "codigoretorno", "returncode", "cod", "cstat", "faultcode", "errornumber",
		"resultcode", "retcode", "errortype", "exceptiontype", "exceptionclass", "statuscode", "httpcode",
	}
}

// weakCodeKeys are those that are asked when nothing else in the answer is a code.
func weakCodeKeys() []string { return []string{"type", "status", "nome", "name", "exception"} }

func messageKeys() []string {
	return []string{
		"detail", "detalhe", "detalle", "diagnostics", "longmessage", "message", "mensagem", "mensaje", "errmsg", "mensagemretorno", "msgretorno", "msgerro", "returnmessage", "errordescription", "errormessage", "mensagemerro", "descricaoerro", "errordetail", "resultmessage", "retmsg", "usermessage", "descricao", "description", "msg", "info",
		"title", "titulo", "reason", "razao", "motivo", "xmotivo", "faultstring", "texto", "developermessage", "httpmessage",
	}
}

// holderKeys are the names under which the error itself lies, besides those that end
// like a list of errors or a wrapper.
func holderKeys() []string {
	return []string{
		"error", "erro", "errors", "erros", "fault", "violacoes", "violations", "mensagens", "messages", "detail", "details", "detalhes", "issue", "extensions", "errordescription", "errorcodes", "errormessages",
		"listaerros", "mensagenserro", "validationerrors", "failed", "status", "meta", "message", "json", "retorno", "resposta", "response", "return", "results", "items", "body", "data",
	}
}

// search looks for code and message; a weak one takes names for codes that are
// codes only sometimes, and tells names by their words.
type search struct{ weak bool }

// find returns what value says of an error.
func find(value any) capture.Vendor {
	found := search{}.value(value, 0)
	if found.Code == "" || found.Message == "" {
		found = filled(found, search{weak: true}.value(value, 0))
	}
	return Bounded(found.Code, found.Message)
}

func (s search) value(value any, depth int) capture.Vendor {
	if depth > maxDepth {
		return capture.Vendor{}
	}
	switch value := value.(type) {
	case []any:
		for _, item := range value[:min(len(value), maxItems)] {
			if v := s.value(item, depth+1); v != (capture.Vendor{}) {
				return v
			}
		}
	case map[string]any:
		if s.weak || tells(value) {
			return s.object(folded(value), depth)
		}
	case string:
		return capture.Vendor{Message: value}
	}
	return capture.Vendor{}
}

// object takes the code and the message from the object itself; what it lacks is
// taken from the error that it holds.
func (s search) object(o map[string]any, depth int) capture.Vendor {
	v := capture.Vendor{Code: s.code(o), Message: message(o)}
	if s.weak {
		v = filled(v, capture.Vendor{Message: namedSo(o, isMessageName)})
		if said := namedSo(o, isStatusName); strings.Contains(said, " ") {
			v = filled(v, capture.Vendor{Message: said})
		}
	}
	own := v
	if isFine := lexicon.Good(v.Message); isFine || isPhrase(v.Message) {
		// The answer as a whole is fine, or says nothing: what failed lies deeper.
		v.Message = ""
		if isFine {
			v.Code = ""
		}
	}
	for _, key := range s.holders(o) {
		if v.Code != "" && v.Message != "" {
			return v
		}
		found := s.holder(key, o[key], depth)
		if isPhrase(found.Message) {
			own, found.Message = filled(own, found), ""
		}
		v = filled(v, found)
	}
	if !s.weak && lexicon.Good(own.Message) {
		return v
	}
	return filled(v, own)
}

// isPhrase tells the texts that only repeat a status, and codes.
func isPhrase(message string) bool {
	return lexicon.IsPhrase(message) || strings.Contains(message, "_") && isName(message)
}

// message returns the text of an object that says most.
func message(o map[string]any) string {
	text := first(o, messageKeys())
	if isPhrase(text) {
		if better := first(o, slices.DeleteFunc(messageKeys(), func(key string) bool { return isPhrase(scalar(o[key])) })); better != "" {
			return better
		}
	}
	return text
}

// holders returns the names of the members that may hold the error, the usual ones
// first.
func (s search) holders(o map[string]any) []string {
	var usual, others []string
	for _, key := range holderKeys() {
		if _, ok := o[key]; ok {
			usual = append(usual, key)
		}
	}
	for _, key := range document.Keys(o) {
		if !slices.Contains(usual, key) && (isHolder(key) || holdsError(o[key]) || s.weak && holdsMore(key, o[key])) {
			others = append(others, key)
		}
	}
	return append(usual, others...)
}

func endsLike(name string, ends ...string) bool {
	return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(name, end) })
}

// holdsError reports whether value is an object with an error in it, as the payload
// of a mutation is.
func holdsError(value any) bool {
	o, ok := value.(map[string]any)
	if !ok {
		return false
	}
	for name, inner := range o {
		if name = document.Fold(name); document.Filled(inner) && (name == "error" || name == "erro" || endsLike(name, "errors", "erros")) {
			return true
		}
	}
	return false
}

// holdsMore reports whether a member holds what may say more of an error: one that is
// called so, or anything that has members itself.
func holdsMore(key string, value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return callsError(key)
}

// callsError reports whether a folded name calls what it holds an error.
func callsError(key string) bool {
	return lexicon.Of(key).Has(lexicon.Error) || strings.HasPrefix(key, "err") || endsLike(key, "erro", "error")
}

// holder treats {"error": "invalid_grant"} (RFC 6749 section 5.2) as a code.
func (s search) holder(key string, inner any, depth int) capture.Vendor {
	text := scalar(inner)
	isError := key == "error" || key == "erro"
	switch c := code(text); {
	case text == "" && key == "errorcodes":
		return capture.Vendor{Code: document.Scalar(document.Get(inner, "0"))}
	case text == "" && s.weak && lexicon.Of(key).Has(lexicon.Message) && onlyText(inner) != "":
		return capture.Vendor{Message: onlyText(inner)}
	case text == "":
		return s.fields(key, inner, s.value(inner, depth+1), depth)
	case isError && c != "" && !strings.Contains(c, " "):
		return capture.Vendor{Code: c}
	case isError || endsLike(key, "errors", "erros", "mensagens", "messages"), s.weak && callsError(key):
		return capture.Vendor{Message: text}
	}
	return capture.Vendor{}
}

// onlyText returns the text that is all that an object or a list has.
func onlyText(value any) string {
	switch value := value.(type) {
	case map[string]any:
		if len(value) == 1 {
			return scalar(document.Get(value, "*"))
		}
	case []any:
		if len(value) > 0 {
			return scalar(value[0])
		}
	}
	return ""
}

// fields reads errors that are listed by field, as in {"title": ["is blank"]}, where
// nothing else was found.
func (s search) fields(key string, inner any, v capture.Vendor, depth int) capture.Vendor {
	o, ok := inner.(map[string]any)
	if !ok || v != (capture.Vendor{}) || key != "errors" && key != "erros" {
		return v
	}
	for _, name := range document.Keys(o)[:min(len(o), maxItems)] {
		if v = s.value(o[name], depth+1); v != (capture.Vendor{}) {
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

func first(o map[string]any, keys []string) string {
	for _, key := range keys {
		value, ok := o[key]
		if !ok {
			continue
		}
		text := strings.TrimSpace(scalar(value))
		if text == "" {
			// OData v2 has the text beside its language, XML beside its attributes.
			text = document.Scalar(document.First(value, "value|#text|@value"))
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
	case map[string]any:
		return document.Scalar(document.First(value, "#text|@value"))
	}
	return ""
}

// unnumbered returns the folded name of what a list that is laid flat calls
// "L_ERRORCODE0", which is how PayPal's classic interface writes it.
func unnumbered(key, name string) string {
	if !strings.HasPrefix(key, "L_") {
		return name
	}
	return strings.TrimRight(name[1:], "0123456789")
}

// folded returns the object with its keys in lower case and without "_", "-" and
// accents; AWS's "__type" keeps its name.
func folded(o map[string]any) map[string]any {
	out := make(map[string]any, len(o))
	for _, key := range document.Keys(o) {
		name := document.Fold(key)
		for _, n := range []string{name, strings.TrimPrefix(name, "@"), unnumbered(key, name)} {
			if _, taken := out[n]; !taken {
				out[n] = o[key]
			}
		}
	}
	return out
}
