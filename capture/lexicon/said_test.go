package lexicon_test

import (
	"strings"
	"testing"

	"flagrante/capture/lexicon"
)

func TestToneOf(t *testing.T) {
	tests := map[string]lexicon.Tone{
		"Saldo insuficiente":                             lexicon.Refusing,
		"Não foi possível concluir":                      lexicon.Refusing,
		"Título já registrado":                           lexicon.Refusing,
		"The consumer isn't authorized":                  lexicon.Refusing,
		"Konto nicht gefunden":                           lexicon.Refusing,
		"Usuário sem permissão":                          lexicon.Refusing,
		"Tente novamente mais tarde":                     lexicon.Refusing,
		"No HTTP resource was found":                     lexicon.Refusing,
		"No server is available to handle this request.": lexicon.Unwell,
		"Nenhum registro encontrado":                     lexicon.Unwell,
		"Your error report was received":                 lexicon.Unwell,
		"Boleto cancelado com sucesso":                   lexicon.Pleased,
		"Processado sem erros":                           lexicon.Pleased,
		"Sem problemas na consulta, mas não autorizado":  lexicon.Unwell,
		"Bom dia": lexicon.Silent,
		"":        lexicon.Silent,
		strings.Repeat("Um artigo que fala de erro. ", 20): lexicon.Silent,
	}
	for said, want := range tests {
		if got := lexicon.ToneOf(said); got != want {
			t.Errorf("%q has the tone %d, want %d", said, got, want)
		}
	}
}

func TestRepeated(t *testing.T) {
	for said, want := range map[string]bool{"TRANSACAO_DUPLICADA": true, "Pagamento já processado": true, "TITULO JA EXISTE": true, "RPS já informado.": true, "O boleto já foi pago": true, "Em manutenção. Voltamos já.": false, "Já estamos trabalhando": false, "already exists": true, "Saldo insuficiente": false, "": false} {
		if got := lexicon.Repeated(said); got != want {
			t.Errorf("%q is repeated: %v", said, got)
		}
	}
}

func TestGood(t *testing.T) {
	for said, want := range map[string]bool{"00": true, "0000": true, "201": true, "Aprovado": true, "sem erro": true, "java.lang.NullPointerException": false, "sem sucesso": false, "ok, sem sucesso": false, "não autorizado": false, "já registrado": false, "51": false, "": false} {
		if got := lexicon.Good(said); got != want {
			t.Errorf("%q is good: %v", said, got)
		}
	}
}

func TestIsPhrase(t *testing.T) {
	for said, want := range map[string]bool{"bad request": true, "Not Found": true, "OK": false, "Bad request: id": false, "": false} {
		if got := lexicon.IsPhrase(said); got != want {
			t.Errorf("%q is a phrase: %v", said, got)
		}
	}
}
