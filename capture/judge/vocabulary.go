package judge

import (
	"strings"
	"unicode"

	"flagrante/capture/document"
)

// vocabulary holds the words of which the names in error answers consist. An answer
// with members of other names is more likely data that tells of errors than an error
// itself.
type vocabulary map[string]bool

func newVocabulary() vocabulary {
	v := vocabulary{}
	for _, list := range []string{
		// What went wrong.
		"err error errors erro erros fault faults exception exceptions failure cause causa reason razao motivo code codes codigo cod cd subcode sub number numero num retorno return",
		"message messages mensagem mensagens msg msgs text texto info detail details detalhe detalhes detailed description descricao diagnostics title titulo name nome class tag summary",
		"type tipo kind category categoria severity severidade domain title status situacao state success successful succeeded sucesso ok is has tem result resultado results response resposta",
		"trace traces tracing stack stacktrace inner debug hint help more doc docs documentation link links href url uri terms of use user object",
		// Where it went wrong.
		"field fields campo campos param params parameter parameters parametro parametros property propriedade attribute attributes atributo path pointer location loc target source origem origin method query non", //nolint:misspell // Portuguese
		"violation violations violacoes violacao invalid validation cause needed provided warning warnings ocorrencia extension extensions abp unauthorized retry after",
		// Under which circumstances.
		"id request requisicao correlation transaction transacao operation operacao log fbtrace ray reference protocolo protocol instance http api version versao service servico server served by host header headers",
		"timestamp time hora date datetime zone timezone data lang language locale metadata meta processamento processing jsonrpc cfray jsessionid sign logref ret list lista outcome information flag developer user ext in on http elapsed",
	} {
		for word := range strings.FieldsSeq(list) {
			v[word] = true
		}
	}
	// Names that run words together.
	for _, name := range []string{
		"__type", "moreinfo", "codretorno", "codigoretorno", "codigoerro", "coderro", "errcode", "errmsg", "errorcode", "errormessage", "errordescription", "errortype",
		"faultcode", "faultstring", "hasmore", "httpcode", "httpstatus", "mensagemerro", "msgerro", "requestid", "resultcode", "retcode", "retmsg", "returncode", "statuscode", "statusmessage", "statustext", "temerro", "traceid", "xrequestid",
	} {
		v[name] = true
	}
	return v
}

// foreign returns how many filled members of o have a name that is not of the
// vocabulary, nor among the extra names, which are between "|". identity reports
// that o is a thing with an id of its own.
func (v vocabulary) foreign(o map[string]any, extra string) (n int, identity bool) {
	for name, value := range o {
		if !document.Filled(value) || strings.HasPrefix(name, "@") || listed(extra, document.Fold(name)) {
			continue
		}
		if !v.knows(name) || isName(document.Fold(name)) && !namesError(document.Scalar(value)) {
			n++
		}
		if isIdentity(document.Fold(name)) {
			identity = true
		}
	}
	return n, identity
}

func isName(folded string) bool { return folded == "name" || folded == "nome" }

// namesError reports whether what is called a name is that of an error, such as
// "NotFound" or "valor_invalido", and not of a person or a thing.
func namesError(said string) bool {
	return !strings.Contains(said, " ") && (len(split(said)) > 1 || strings.HasSuffix(said, "Error"))
}

func listed(names, folded string) bool {
	for name := range strings.SplitSeq(names, "|") {
		if name == folded {
			return true
		}
	}
	return false
}

func isIdentity(folded string) bool {
	switch folded {
	case "id", "uuid", "sid", "txid", "createdat", "updatedat", "nossonumero":
		return true
	}
	return false
}

// knows reports whether a name consists of known words. "id", "data" and
// "url" say something only beside others.
func (v vocabulary) knows(name string) bool {
	folded := document.Fold(name)
	switch folded {
	case "id", "data", "url":
		return false
	}
	if v[folded] {
		return true
	}
	words := split(name)
	for _, word := range words {
		if !v[word] {
			return false
		}
	}
	return len(words) > 0
}

// only reports whether value is an object, or a list of objects, with no more
// than an error answer has: known names, the extra ones, and members that are empty.
func (v vocabulary) only(value any, extra string) bool {
	switch value := value.(type) {
	case map[string]any:
		n, _ := v.foreign(value, extra)
		return n == 0 && len(value) > 0
	case []any:
		for _, item := range value {
			o, ok := item.(map[string]any)
			if !ok || !v.only(o, extra) {
				return false
			}
		}
		return len(value) > 0
	}
	return false
}

// nearly reports whether value is an object with one foreign member at most and
// without an id of its own: beside a plain sign of an error that is enough.
func (v vocabulary) nearly(value any, extra string) bool {
	o, ok := value.(map[string]any)
	if !ok {
		return false
	}
	n, identity := v.foreign(o, extra)
	return n <= 1 && !identity && len(o) > 0
}

// split returns the words of a name such as "codigoErro", "HTTPStatus" or
// "COD_RETORNO", folded.
func split(name string) []string {
	var words []string
	runes, start := []rune(name), 0
	cut := func(end int) {
		if word := strings.TrimRight(document.Fold(string(runes[start:end])), "0123456789"); word != "" {
			words = append(words, word)
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			cut(i)
			start = i + 1
		case i > start && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			cut(i)
		}
	}
	cut(len(runes))
	return words
}

// flagged reports whether an object has a member such as "hasErrors" or "flagErro" that
// is true.
func flagged(value any) bool {
	o, ok := value.(map[string]any)
	if !ok {
		return false
	}
	for name, said := range o {
		words := split(name)
		if said == true && hasWord(words, "err|error|errors|erro|erros|fault|failure") && hasWord(words, "flag|has|is|tem|houve|possui|ocorreu|occurred|existe") {
			return true
		}
	}
	return false
}

// named returns the first filled scalar of an object whose name has a word of both
// lists, as in "cdErro" or "errorNumber".
func named(value any, of, what string) string {
	o, ok := value.(map[string]any)
	if !ok {
		return ""
	}
	for _, name := range document.Keys(o) {
		words := split(name)
		if said := document.Scalar(o[name]); said != "" && hasWord(words, of) && hasWord(words, what) {
			return said
		}
	}
	return ""
}

func hasWord(words []string, list string) bool {
	for _, word := range words {
		if listed(list, word) {
			return true
		}
	}
	return false
}
