package judge

import (
	"encoding/json"
	"strings"

	"flagrante/capture/document"
	"flagrante/capture/lexicon"
)

// signs are what an answer says of how the call went, by the words of which its names
// and texts consist, and not by the shape of any vendor.
type signs struct {
	// strong counts what is said only of calls that failed: an error with a code or a
	// message counts twice.
	strong int
	// calm reports that the answer says of itself that all is well.
	calm bool
	// undone reports something like {"processado": false}, which needs a reason beside it.
	undone bool
	// worded counts words such as "error" for an outcome, which say little without a text.
	worded int
	text   bool
	// code reports a code that is none of success, and tone is that of the worst message.
	code bool
	tone lexicon.Tone
	// foreign counts the members that answers to failed calls do not have.
	foreign int
	// identity reports a thing with an id of its own, collection a list of records.
	identity, collection bool
}

// failing reports whether the call failed. Signs of an error in a thing or a list that
// was asked for are data.
func (s signs) failing() bool {
	if s.text || s.code {
		s.strong += s.worded
	}
	switch {
	case s.calm, s.collection && s.foreign > 0:
		return false
	case s.undone && s.tone <= lexicon.Refusing:
		s.strong++
	case s.strong > 0 && s.tone <= lexicon.Refusing:
		s.strong++
	}
	switch s.foreign {
	case 0:
		return s.strong > 0 || s.code && s.tone <= lexicon.Unwell || s.tone <= lexicon.Refusing
	case 1:
		return s.strong > 1 && !s.identity
	}
	return false
}

// maxSigns is how deep errors may lie in carriers.
const maxSigns = 4

// signsOf reads the signs of an answer.
func signsOf(value any, depth int) signs {
	var s signs
	o, ok := value.(map[string]any)
	if !ok || depth > maxSigns {
		s.foreign = 2
		return s
	}
	if inner, ok := carried(o); ok {
		s = signsOf(inner, depth+1)
		s.strong, s.tone = s.strong-1, max(s.tone, lexicon.Unwell)
		return s
	}
	if listsFields(o) {
		s.strong = 2
		return s
	}
	for name, value := range o {
		member(&s, name, value, depth)
	}
	return s
}

// listsFields reports whether an object has nothing but complaints, listed by field.
func listsFields(o map[string]any) bool {
	worst := lexicon.Silent
	for _, value := range o {
		list, ok := value.([]any)
		if !ok || len(list) == 0 || document.Scalar(list[0]) == "" {
			return false
		}
		worst = min(worst, lexicon.ToneOf(document.Scalar(list[0])))
	}
	return worst == lexicon.Refusing
}

// carried returns what an object holds that has nothing but content. Of content more
// is asked than of an answer, since most of it is data.
func carried(o map[string]any) (any, bool) {
	for name, value := range o {
		if _, ok := value.(map[string]any); ok && len(o) == 1 && listed("data|dados|payload|content|conteudo", document.Fold(name)) {
			return value, true
		}
	}
	return nil, false
}

// member adds what one member of an object says.
func member(s *signs, name string, value any, depth int) {
	attribute, isAttribute := strings.CutPrefix(name, "@")
	class, folded := lexicon.Of(attribute), document.Fold(attribute)
	text, _ := value.(string)
	switch {
	case isAttribute && !class.Has(lexicon.Known):
	case class.Has(lexicon.Check):
		s.foreign, s.identity = s.foreign+1, true
	case class.Has(lexicon.Success):
		s.flag(value)
	case class.Has(lexicon.Done) && class.Has(lexicon.Known):
		s.done(value)
	case isNothing(value):
		s.calm = s.calm || class.Has(lexicon.Error) && value == false
	case class.Has(lexicon.Error) && lexicon.ToneOf(text) == lexicon.Refusing:
		s.errorText(text)
	case folded == "id" && !strings.ContainsAny(text, "0123456789") && lexicon.ToneOf(strings.ReplaceAll(text, "_", " ")) <= lexicon.Unwell:
		s.code = true
	case !class.Has(lexicon.Known) || folded == "id" || folded == "data" || folded == "url":
		s.content(folded, value, depth)
	case isName(folded) && !namesError(document.Scalar(value)):
		s.other(folded)
	case class.Has(lexicon.Severity):
		s.status(value, class, depth)
	case class.Has(lexicon.Code) && !isContainer(value):
		s.codeSaid(value)
	case class.Has(lexicon.Message) && (text == "" || !class.Has(lexicon.Error)):
		s.told(value, depth)
	case class.Has(lexicon.Error):
		s.errorSaid(value, depth)
	case class.Has(lexicon.Status):
		s.status(value, class, depth)
	case isContainer(value):
		s.inside(value, depth)
	}
}

// inside reads what lies in a member whose name says nothing.
func (s *signs) inside(value any, depth int) {
	if list, ok := value.([]any); ok {
		for _, item := range list[:min(len(list), maxSaid)] {
			if isContainer(item) {
				s.inside(item, depth+1)
			}
		}
		return
	}
	if inner := signsOf(value, depth+1); inner.foreign == 0 && !inner.calm {
		s.code, s.text, s.tone = s.code || inner.code, s.text || inner.text, min(s.tone, inner.tone)
	}
}

func isContainer(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// flag reads something like {"success": false}.
func (s *signs) flag(value any) {
	switch {
	case isFalse(value):
		s.strong++
	case value == true || lexicon.Good(document.Scalar(value)) || isTrue(value):
		s.calm = true
	}
}

func (s *signs) done(value any) {
	switch {
	case isFalse(value):
		s.undone = true
	case isTrue(value):
		s.calm = true
	}
}

func isFalse(value any) bool {
	switch said := strings.ToLower(document.Scalar(value)); said {
	case "false", "n", "no", "não", "nao":
		return true
	}
	return value == false
}

func isTrue(value any) bool {
	switch said := strings.ToLower(document.Scalar(value)); said {
	case "true", "s", "sim", "y", "yes":
		return true
	}
	return value == true
}

// content reads a member that is none of an error, unless it only holds one.
func (s *signs) content(folded string, value any, depth int) {
	if o, ok := value.(map[string]any); ok && listed("body|data|dados|payload|content|conteudo|embedded", folded) {
		if inner := signsOf(o, depth+1); inner.foreign == 0 && !inner.calm && (inner.strong > 0 || inner.tone <= lexicon.Unwell) {
			s.strong, s.code, s.tone = s.strong+inner.strong, s.code || inner.code, min(s.tone, inner.tone)
			return
		}
	}
	s.other(folded)
}

func (s *signs) other(folded string) {
	s.foreign++
	s.identity = s.identity || isIdentity(folded)
	s.collection = s.collection || listed(collectionNouns, folded)
}

func (s *signs) codeSaid(value any) {
	switch said := document.Scalar(value); {
	case isStatus(said):
		s.strong++
		s.code = true
	case lexicon.Good(said):
		s.calm = true
	case said != "":
		s.code = true
	}
}

// isStatus reports whether text begins with a status code of HTTP that is an error.
func isStatus(said string) bool {
	said, _, _ = strings.Cut(said, " ")
	return len(said) == 3 && (said[0] == '4' || said[0] == '5') && strings.Trim(said, "0123456789") == ""
}

// told reads a message, or a list of them.
func (s *signs) told(value any, depth int) {
	switch value := value.(type) {
	case []any:
		for _, item := range value[:min(len(value), maxSaid)] {
			s.told(item, depth+1)
		}
	case map[string]any:
		if inner := signsOf(value, depth+1); !inner.calm {
			s.strong, s.code, s.tone = s.strong+min(inner.strong, 1), s.code || inner.code, min(s.tone, inner.tone)
			s.text = s.text || inner.text
		}
	case string:
		s.text = s.text || value != ""
		s.tone = min(s.tone, lexicon.ToneOf(value))
	}
}

// maxSaid is how many items of a list are read.
const maxSaid = 10

// errorSaid reads a member that is called an error.
func (s *signs) errorSaid(value any, depth int) {
	switch value := value.(type) {
	case bool:
		s.strong++
	case string:
		s.errorText(value)
	case json.Number:
		s.code = true
	case []any:
		s.errors(value, depth)
	case map[string]any:
		inner := signsOf(value, depth+1)
		if inner.calm {
			return
		}
		s.strong++
		if inner.code || inner.tone != lexicon.Silent || inner.strong > 0 {
			s.strong++
		}
		s.tone = min(s.tone, inner.tone)
	}
}

func (s *signs) errorText(said string) {
	switch {
	case lexicon.Good(said) || isFalse(said):
		s.calm = true
	case isTrue(said):
		s.strong++
	case !strings.Contains(said, " ") && lexicon.Of(said) == lexicon.Error|lexicon.Known:
		// A translation, or a title.
	default:
		s.strong++
		s.text = true
		s.tone = min(s.tone, lexicon.ToneOf(said))
	}
}

// errors reads a list of errors. One of warnings alone is calm.
func (s *signs) errors(list []any, depth int) {
	list = list[:min(len(list), maxSaid)]
	harmless := 0
	for _, item := range list {
		if signsOf(item, depth+1).calm {
			harmless++
			continue
		}
		s.told(item, depth+1)
	}
	switch {
	case harmless == len(list):
		return
	case s.code || s.tone <= lexicon.Unwell:
		s.strong++
	}
	s.strong++
}

// status reads something like {"status": "ERRO_NEGOCIO"} or {"status": 404}.
func (s *signs) status(value any, class lexicon.Class, depth int) {
	if inner, ok := value.(map[string]any); ok {
		found := signsOf(inner, depth+1)
		s.strong, s.code, s.tone, s.calm, s.foreign = s.strong+found.strong+found.worded, s.code || found.code, min(s.tone, found.tone), s.calm || found.calm, s.foreign+found.foreign
		return
	}
	said := document.Scalar(value)
	switch {
	case value == false:
		s.undone = true
	case isStatus(said):
		s.strong++
	case failsByWord(said):
		s.worded++
	case strings.HasPrefix(said, "-"):
		s.code = true
	case lexicon.Good(said), value == true, listed("info|information|warning|warn|aviso|alerta", strings.ToLower(said)):
		s.calm = true
	case said != "" && class.Has(lexicon.State) && lexicon.ToneOf(said) == lexicon.Silent:
		// Things have states, failed calls do not.
		s.foreign++
	case lexicon.ToneOf(said) <= lexicon.Unwell:
		s.code = true
	}
}

// failsByWord reports whether a status says that the call failed, and not that
// something was refused.
func failsByWord(said string) bool {
	words := lexicon.Split(strings.ReplaceAll(said, " ", "_"))
	return len(words) <= 4 && hasWord(words, "err|error|erro|errors|erros|fail|failed|failure|falha|falhou|nok|ko|fault|exception|fehler|erreur|fallo|echec")
}

// partFailed reports whether one of the results of a batch is an error.
func partFailed(part any) bool {
	o, ok := part.(map[string]any)
	if !ok {
		return false
	}
	if len(o) == 1 {
		// Elasticsearch puts each result under the name of what was to be done.
		if inner, ok := o[document.Keys(o)[0]].(map[string]any); ok && partFailed(inner) {
			return true
		}
	}
	status := number(document.First(o, "status|statusCode|httpStatusCode|httpStatus|code"))
	switch {
	case status >= 400 && status < 600:
		return document.First(o, "error|erro|errors|erros|body|message|mensagem|detail") != nil
	case isSaid(o, "success|sucesso|ok|succeeded", "false", "não", "nao"):
		return document.First(o, "error|erro|errors|erros|message|mensagem|body") != nil
	case document.First(o, "errorCode|codigoErro") != nil:
		return document.First(o, "errorMessage|mensagemErro|message|mensagem") != nil
	}
	_, isError := document.First(o, "error|erro").(map[string]any)
	return isError && signsOf(map[string]any{"error": document.First(o, "error|erro")}, 0).strong > 1 ||
		document.Get(o, "errors.0.message") != nil
}

// parts returns the results of a batch.
func parts(body any) []any {
	if list, ok := body.([]any); ok {
		return list
	}
	list, _ := document.First(body, "responses|results|resultados|compositeResponse|items|records|retornos").([]any)
	return list
}
