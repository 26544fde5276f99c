package redact_test

import (
	"strings"
	"testing"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// answerTo is what of an answer is kept after a request with those fields and that body.
func answerTo(t *testing.T, request proxy.Request, answer string) string {
	t.Helper()
	request.Method, request.URL = "POST", "https://api.bank.example/v1/pix"
	request.Body.Size, request.Body.Complete = int64(len(request.Body.Data)), true
	x := &proxy.Exchange{Request: request, Response: &proxy.Response{Status: 422, Body: proxy.Body{Data: []byte(answer), Size: int64(len(answer)), Complete: true}}}
	out, _ := redact.New().Personal(x)
	return string(out.Response.Body.Data)
}

func TestPiecesOfSecretsAreMasked(t *testing.T) {
	const token = "Vq7Zk2mN9xR4tB8wLc3HdS6yGf1JpA5e"
	for _, echo := range []string{
		"e5ApJ1fGy6SdH3cLw8Bt4Rx9Nm2kZ7qV",
		"Vq7Z k2mN 9xR4 tB8w Lc3H dS6y Gf1J pA5e",
		"Vq7Zk2mN-9xR4tB8w-Lc3HdS6y-Gf1JpA5e",
		"Vq7Zk2mN9xR4tB8w...",
		"...Lc3HdS6yGf1JpA5e",
		"vq7zk2mn9xr4tb8wlc3hds6ygf1jpa5e",
	} {
		got := answerTo(t, proxy.Request{Header: proxy.Fields{{Name: "Authorization", Value: "Bearer " + token}}}, `{"mensagem":"credencial `+echo+` recusada","txid":"7978c0c97ea847e78e8849634473c1f1"}`)
		if strings.Contains(got, echo) || !strings.Contains(got, "<token") || !strings.Contains(got, `recusada","txid":"7978c0c97ea847e78e8849634473c1f1"}`) {
			t.Errorf("%s is left, or what is no part of it is not: %s", echo, got)
		}
	}
}

func TestPiecesOfAPasswordAndOfAPersonAreMasked(t *testing.T) {
	body := proxy.Body{Data: []byte(`{"senha":"Jangada#4711xy","nome":"Guiomar Serpa Noronha","cpf":"52998224725"}`)}
	for _, echo := range []string{"Jangada#47", "yx1174", "ahnoroN apreS ramoiuG", "Guiomar-Serpa-Noronha", "52742289925", "5299 8224 725"} {
		got := answerTo(t, proxy.Request{Body: body}, `{"mensagem":"valor `+echo+` recusado"}`)
		if masked := !strings.Contains(got, echo); masked != (echo != "yx1174") { // Six letters are too few.
			t.Errorf("of %s: %s", echo, got)
		}
	}
}

func TestWordsThatSecretsHaveAsWellStay(t *testing.T) {
	body := proxy.Body{Data: []byte(`{"client_secret":"Client_Secret_loja-2026-producao-9f8e7d6c5b4a","api_key":"loja-2026-producao","cpf":"52998224725"}`)}
	const answer = `{"mensagem":"client_secret da loja 2026 (producao) recusado","protocolo":"2026-producao","lote":"152998224725"}`
	if got := answerTo(t, proxy.Request{Body: body}, answer); got != answer {
		t.Errorf("words of the answer are masked: %s", got)
	}
}

func TestASecretOfAPersonIsMaskedAtCapture(t *testing.T) {
	const body = `{"titular":{"nome":"Ana Souza","token":"jhUIdvFDvXY90iwDwjyEfd5RbhWspMmj","senha":"Jangada#4711xy"}}`
	got, _ := redact.New().Message("", "application/json", []byte(body), true)
	if want := `{"titular":{"nome":"Ana Souza","token":"<token>","senha":"<password>"}}`; string(got) != want {
		t.Errorf("masked as %s, want %s", got, want)
	}
}
