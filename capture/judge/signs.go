package judge

import (
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
	// decision reports that it was not approved, which without an error beside it is an answer.
	decision bool
	// zero reports a success of 0, which beside other numbers is a counter.
	zero bool
	// worded counts words such as "error" for an outcome, which say little without a text.
	worded int
	text   bool
	// code reports a code that is none of success, and tone is that of the worst message.
	code bool
	tone lexicon.Tone
	// pleased reports a message of success.
	pleased bool
	// message reports a text that is called one, and is no title, description or reason:
	// data has those too.
	message bool
	// foreign counts the members that answers to failed calls do not have, and plain those
	// of them that are false or 0, which only matter where nothing is said plainly.
	foreign, plain int
	// field reports that what is called a name may be that of a field.
	field bool
	// identity reports a thing with an id of its own, collection a list of records.
	identity, collection bool
}

// failing reports whether the call failed. Signs of an error in a thing or a list that
// was asked for are data.
func (s signs) failing() bool {
	if s.zero && (s.plain == 0 || s.tone <= lexicon.Refusing) {
		s.worded++
	}
	if s.text || s.code {
		s.strong += s.worded
	}
	switch {
	case s.calm, s.collection && s.foreign > 0, s.decision && !s.code && s.strong == 0:
		return false
	case s.undone && s.tone <= lexicon.Refusing:
		s.strong++
	case s.strong > 0 && s.tone <= lexicon.Refusing:
		s.strong++
	}
	if s.strong <= 0 && !(s.field && s.tone <= lexicon.Refusing) {
		s.foreign += s.plain
	}
	switch s.foreign {
	case 0:
		return s.strong > 0 || s.code && s.tone <= lexicon.Unwell
	case 1:
		return s.strong > 1 && !s.identity
	}
	return false
}

// refusing reports whether there is a message that says so and nothing else.
func (s signs) refusing() bool {
	foreign := s.foreign
	if !s.field {
		foreign += s.plain
	}
	return !s.calm && !s.decision && foreign == 0 && s.message && s.tone <= lexicon.Refusing
}

// maxSigns is how deep errors may lie in carriers.
const maxSigns = 4

// signsOf reads the signs of an answer.
func signsOf(value any, depth int) (s signs) {
	o, ok := value.(map[string]any)
	if !ok || depth > maxSigns {
		s.foreign = 2
		return s
	}
	isData := false
	for range maxWrappers {
		inner, named := carried(o)
		if inner == nil {
			break
		}
		o, isData = inner, isData || named
	}
	if isData {
		defer func() { s.strong, s.message = s.strong-2, false }()
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

// carried returns what an object holds that has nothing else, nil for other objects. Of
// content and of what has a name of its own more is asked than of an answer, since most of
// it is data.
func carried(o map[string]any) (inner map[string]any, isData bool) {
	for name, value := range o {
		inner, ok := value.(map[string]any)
		if !ok || len(o) != 1 {
			return nil, false
		}
		class := lexicon.Of(name)
		if class.Has(lexicon.Error | lexicon.Message | lexicon.State | lexicon.Severity) {
			return nil, false
		}
		return inner, !isWrapper(name)
	}
	return nil, false
}

// member adds what one member of an object says.
func member(s *signs, name string, value any, depth int) {
	attribute := strings.TrimLeft(name, "@$")
	isAttribute := attribute != name
	class, folded := lexicon.Of(attribute), document.Fold(attribute)
	text, _ := value.(string)
	switch {
	case isAttribute && (!class.Has(lexicon.Known) || folded == "id"):
	case class.Has(lexicon.Check):
		s.foreign, s.identity = s.foreign+1, true
	case class.Has(lexicon.Success):
		s.flag(value)
	case class.Has(lexicon.Done) && class.Has(lexicon.Known):
		s.done(folded, value)
	case isNothing(value), isFalse(value) && !class.Has(lexicon.Status|lexicon.Error):
		s.nothing(class, value)
	case class.Has(lexicon.Error) && (lexicon.ToneOf(text) == lexicon.Refusing || isException(text)):
		s.errorText(text)
	case class.Has(lexicon.Error) && isList(value):
		s.errorSaid(value, depth)
	case folded == "id" && !strings.ContainsAny(text, "0123456789") && lexicon.ToneOf(strings.ReplaceAll(text, "_", " ")) <= lexicon.Unwell:
		s.code = true
	case !class.Has(lexicon.Known) || folded == "id" || folded == "data" || folded == "url":
		s.content(folded, value, depth)
	case isName(folded) && !namesError(text):
		s.identity = s.identity || strings.Contains(text, "/")
		s.field = s.field || strings.ToLower(text) == text && !strings.Contains(text, " ")
		s.plain++
	case class.Has(lexicon.Severity):
		s.status(value, class, depth)
	case class.Has(lexicon.Code):
		s.codeSaid(value)
	case class.Has(lexicon.Message) && !class.Has(lexicon.Error):
		s.message = s.message || !class.Has(lexicon.Caption)
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

// nothing reads a member that says nothing: an error that is false is a success, a status
// of 0 may be either, and a thing may be false in its own way.
func (s *signs) nothing(class lexicon.Class, value any) {
	switch {
	case class.Has(lexicon.Error):
		s.calm = s.calm || value == false
	case class.Has(lexicon.State) && document.Scalar(value) == "0":
		s.undone = true
	case !class.Has(lexicon.Known) && value != nil && !isContainer(value) && value != "":
		s.plain++
	}
}

func isList(value any) bool {
	_, ok := value.([]any)
	return ok
}

func isContainer(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// flag reads something like {"success": false}.
// Of 0 a text must tell that it is no counter.
func (s *signs) flag(value any) {
	switch {
	case isFalse(value):
		s.strong++
	case document.Scalar(value) == "0":
		s.zero = true
	case value == true || lexicon.Good(document.Scalar(value)) || isTrue(value):
		s.calm = true
	}
}

func (s *signs) done(folded string, value any) {
	switch {
	case isFalse(value):
		s.undone, s.decision = true, listed("aprovado|aprovada|approved", folded)
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
	case isContainer(value):
		s.code = true
	case isStatus(said):
		s.strong++
		s.code = true
	case lexicon.Good(said):
		s.calm = true
	case said != "":
		s.code = true
	}
}
