package text

import (
	"cmp"
	"slices"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/words"
)

// MaskedKind says what of one kind was masked in the evidence of a draft.
type MaskedKind struct {
	Kind string `json:"kind"`
	// Label names the kind in the language of who reads it.
	Label string `json:"label"`
	// Count is how many values that were, Rules what told them.
	Count int      `json:"count"`
	Rules []string `json:"rules"`
	// Places are where, each once, at most maxPlaces of them; More is how many others
	// there are.
	Places []string `json:"places"`
	More   int      `json:"more,omitempty"`
}

// maxPlaces is how many places of one kind a report names.
const maxPlaces = 50

// Masked reports what was masked in a draft, the most frequent kind first.
func Masked(d draft.Draft, lang draft.Lang) []MaskedKind {
	all := map[string]*MaskedKind{}
	add := func(marks []capture.Redaction) {
		for _, m := range marks {
			k := all[m.Kind]
			if k == nil {
				k = &MaskedKind{Kind: m.Kind, Label: words.Word(lang, "redaction", m.Kind), Rules: []string{}, Places: []string{}}
				all[m.Kind] = k
			}
			k.add(m)
		}
	}
	if d.Evidence.Last != nil {
		add(d.Evidence.Last.Redactions)
	}
	if first := d.Evidence.First; first != nil && (d.Evidence.Last == nil || first.ID != d.Evidence.Last.ID) {
		add(first.Redactions)
	}
	list := []MaskedKind{}
	for _, k := range all {
		slices.Sort(k.Rules)
		list = append(list, *k)
	}
	slices.SortFunc(list, func(a, b MaskedKind) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Kind, b.Kind)) })
	return list
}

func (k *MaskedKind) add(m capture.Redaction) {
	k.Count += max(1, m.Count)
	if !slices.Contains(k.Rules, m.Rule) {
		k.Rules = append(k.Rules, m.Rule)
	}
	switch {
	case slices.Contains(k.Places, m.Where):
	case len(k.Places) < maxPlaces:
		k.Places = append(k.Places, m.Where)
	default:
		k.More++
	}
}
