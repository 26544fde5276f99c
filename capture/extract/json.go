package extract

import (
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
		"detail", "detalhe", "detalle", "diagnostics", "longmessage", "message", "mensagem", "mensaje", "errmsg", "mensagemretorno", "msgretorno", "msgerro", "returnmessage", "exceptionmessage", "errordescription", "errormessage", "mensagemerro", "descricaoerro", "errordetail", "resultmessage", "retmsg", "usermessage", "descricao", "description", "msg", "info",
		"title", "titulo", "reason", "razao", "motivo", "xmotivo", "faultstring", "texto", "developermessage", "httpmessage",
	}
}

// holderKeys are the names under which the error itself lies, besides those that end
// like a list of errors or a wrapper.
func holderKeys() []string {
	return []string{
		"error", "erro", "errors", "erros", "fault", "violacoes", "violations", "campos", "cause", "causes", "mensagens", "messages", "detail", "details", "detalhes", "issue", "extensions", "errordescription", "errorcodes", "errormessages",
		"listaerros", "mensagenserro", "validationerrors", "failed", "status", "meta", "message", "json", "retorno", "resposta", "response", "return", "results", "items", "body", "data",
	}
}

// search looks for code and message.
type search struct {
	// failed reports that the status says that the call failed, so that no text is one of
	// success, however it sounds.
	failed bool
	// weak takes names for codes that are codes only sometimes, and tells names by their
	// words.
	weak bool
}

// find returns what value says of an error.
func (s search) find(value any) capture.Vendor {
	if listsFields("", value) {
		value = map[string]any{"errors": value}
	}
	found := s.value(value, 0)
	if found.Code == "" || found.Message == "" {
		s.weak = true
		found = filled(found, s.value(value, 0))
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
	own := capture.Vendor{Code: s.code(o), Message: about(fieldOf(o), complained(o))}
	if s.weak {
		own = filled(own, capture.Vendor{Message: namedSo(o, isMessageName)})
		if said := namedSo(o, isStatusName); strings.Contains(said, " ") {
			own = filled(own, capture.Vendor{Message: said})
		}
	}
	isFine := !s.failed && lexicon.Good(own.Message)
	v, points := own, pointsOn(own.Message)
	switch {
	case isFine:
		// The answer as a whole is fine: what failed lies deeper.
		v = capture.Vendor{}
	case points, isPhrase(own.Message):
		// So it does where the answer as a whole says nothing.
		v.Message = ""
	}
	if v.Message == "" && repeatsError(v.Code) {
		v.Code = ""
	}
	v, passed := s.deeper(o, v, depth)
	own = filled(own, passed)
	switch {
	case points && v.Message != "":
		v.Message = joined(own.Message, v.Message)
	case v.Message != "" && v.Message == own.Message:
		v.Message = joined(v.Message, s.complaint(o, depth))
	}
	if !s.weak && isFine {
		return v
	}
	return filled(v, own)
}

// deeper takes what v lacks from what an object holds. What only repeats a status or
// points on is passed, and taken where there is nothing else.
func (s search) deeper(o map[string]any, v capture.Vendor, depth int) (found, passed capture.Vendor) {
	for _, key := range s.holders(o) {
		if v.Code != "" && v.Message != "" {
			break
		}
		said := s.holder(key, o[key], depth)
		if isPhrase(said.Message) || pointsOn(said.Message) {
			passed, said.Message = filled(passed, said), ""
		}
		if isPhraseCode(said.Code) {
			passed, said.Code = filled(passed, said), ""
		}
		v = filled(v, said)
	}
	return v, passed
}

// isPhrase tells the texts that only repeat a status, and codes.
func isPhrase(message string) bool {
	return lexicon.IsPhrase(message) || strings.Contains(message, "_") && isName(message)
}

// saysNothing tells the messages behind which another one may say what was wrong.
func saysNothing(message string) bool { return isPhrase(message) || pointsOn(message) }

// message returns the text of an object that says most.
func message(o map[string]any) string {
	text := first(o, messageKeys())
	if saysNothing(text) {
		if better := first(o, slices.DeleteFunc(messageKeys(), func(key string) bool { return saysNothing(scalar(o[key])) })); better != "" {
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
		if !slices.Contains(usual, key) && (isHolder(key) || holdsError(o[key]) || listsFields(key, o[key]) || s.weak && holdsMore(key, o[key])) {
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
	case isError && isAnswered(text):
		return capture.Vendor{}
	case text == "" && key == "errorcodes":
		return capture.Vendor{Code: document.Scalar(document.Get(inner, "0"))}
	case text == "" && s.weak && lexicon.Of(key).Has(lexicon.Message) && onlyText(inner) != "":
		return capture.Vendor{Message: onlyText(inner)}
	case text == "":
		if listsFields(key, inner) {
			return s.fields(inner, depth)
		}
		return s.value(inner, depth+1)
	case isError && c != "" && !strings.Contains(c, " "):
		return capture.Vendor{Code: c}
	case isError || endsLike(key, "errors", "erros", "mensagens", "messages"), s.weak && callsError(key):
		return capture.Vendor{Message: text}
	}
	return capture.Vendor{}
}

// isAnswered tells the words that only say that there is an error.
func isAnswered(text string) bool {
	switch strings.ToLower(text) {
	case "true", "sim", "s", "yes":
		return true
	}
	return false
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

func filled(v, from capture.Vendor) capture.Vendor {
	if v.Code == "" {
		v.Code = from.Code
	}
	if v.Message == "" {
		v.Message = from.Message
	}
	return v
}
