package detect

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPersonBeforeDocument holds that a name is told by the document behind it, and that
// words of sentences about people are none.
func TestPersonBeforeDocument(t *testing.T) {
	s := NewScanner(NewNames())
	for text, want := range map[string][]string{
		"para Capitu Santiago, CPF: 390.533.447-05":       {"Capitu Santiago", "390.533.447-05"},
		"Bentinho de Albuquerque (CPF 39053344705) pagou": {"Bentinho de Albuquerque", "39053344705"},
		"Cliente Não Encontrado, CPF: 390.533.447-05":     {"390.533.447-05"},
		"Documento Inválido - CPF: 390.533.447-05":        {"390.533.447-05"},
		"API Pix, CPF: 390.533.447-05":                    {"390.533.447-05"},
		"erro ao validar, CPF: 390.533.447-05":            {"390.533.447-05"},
	} {
		var got []string
		for _, span := range s.Find(text, false) {
			got = append(got, text[span.Start:span.End])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}
