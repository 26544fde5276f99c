package judge

import (
	"encoding/json"
	"strings"

	"flagrante/capture/lexicon"
)

// told reads a message, or a list of them.
func (s *signs) told(value any, depth int) {
	switch value := value.(type) {
	case []any:
		for _, item := range value[:min(len(value), maxSaid)] {
			s.told(item, depth+1)
		}
	case map[string]any:
		if inner := signsOf(value, depth+1); !inner.calm && (inner.text || inner.code || inner.foreign == 0) {
			if inner.text || inner.code {
				inner.strong += inner.worded
			}
			s.strong, s.code, s.tone = s.strong+min(inner.strong, 1), s.code || inner.code, min(s.tone, inner.tone)
			s.text = s.text || inner.text
		}
	case string:
		if lexicon.IsPhrase(value) {
			s.strong++
		}
		tone := lexicon.ToneOf(value)
		s.text, s.pleased = s.text || value != "", s.pleased || tone == lexicon.Pleased
		s.tone = min(s.tone, tone)
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
		if inner.calm || inner.pleased && !inner.code && inner.strong == 0 {
			return
		}
		s.strong++
		if inner.code || inner.tone != lexicon.Silent || inner.strong > 0 {
			s.strong++
		}
		s.code, s.tone = s.code || inner.code, min(s.tone, inner.tone)
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
	var said signs
	harmless := 0
	for _, item := range list {
		if signsOf(item, depth+1).calm {
			harmless++
			continue
		}
		said.told(item, depth+1)
	}
	if harmless == len(list) {
		return
	}
	s.strong += 1 + min(said.strong, 1)
	if said.code || said.tone <= lexicon.Unwell {
		s.strong++
	}
	s.text, s.code, s.tone = s.text || said.text, s.code || said.code, min(s.tone, said.tone)
}
