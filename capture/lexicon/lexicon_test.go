package lexicon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/lexicon"
)

func TestWords(t *testing.T) {
	tests := map[string][]string{
		"codigoErro":      {"codigo", "erro"},
		"COD_RETORNO":     {"cod", "retorno"},
		"HTTPStatus":      {"http", "status"},
		"codretorno":      {"cod", "retorno"},
		"listaerros":      {"lista", "erros"},
		"cderro":          {"cd", "erro"},
		"descrição":       {"descricao"},
		"isin":            {"isin"},
		"numeroDaApolice": {"numero", "da", "apolice"},
	}
	for name, want := range tests {
		if diff := cmp.Diff(want, lexicon.Words(name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOf(t *testing.T) {
	tests := map[string]lexicon.Class{
		"fehlermeldung": lexicon.Error | lexicon.Message | lexicon.Known,
		"erroExecucao":  lexicon.Error,
		"errorRate":     lexicon.Error,
		"sucesso":       lexicon.Success | lexicon.Known,
		"saldo":         0,
		"":              0,
	}
	for name, want := range tests {
		if got := lexicon.Of(name); got != want {
			t.Errorf("%q is %b, want %b", name, got, want)
		}
	}
}
