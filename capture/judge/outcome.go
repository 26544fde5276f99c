package judge

import (
	"strings"

	"flagrante/capture/document"
	"flagrante/capture/lexicon"
)

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
		if strings.Contains(said, " ") {
			s.told(said, depth)
		}
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

// hasState reports whether an object has a state that is neither good nor bad, as things
// have and failed calls do not.
func hasState(value any) bool {
	o, _ := value.(map[string]any)
	for name, state := range o {
		said := document.Scalar(state)
		if lexicon.Of(name).Has(lexicon.State) && number(state) == -1 && len(said) > 1 && !listed("ok|success|sucesso|successful|error|done", strings.ToLower(said)) && lexicon.ToneOf(said) >= lexicon.Silent && !failsByWord(said) {
			return true
		}
	}
	return false
}

// failsByWord reports whether a status says that the call failed, and not that
// something was refused.
func failsByWord(said string) bool {
	if endsAsException(said) {
		return true
	}
	words := lexicon.Split(strings.ReplaceAll(said, " ", "_"))
	return len(words) <= 4 && hasWord(words, "err|error|erro|errors|erros|fail|failed|failure|falha|falhou|nok|ko|fault|exception|fehler|erreur|fallo|echec")
}
