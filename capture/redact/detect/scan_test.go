package detect_test

import (
	"strings"
	"testing"

	"flagrante/capture/redact/detect"
)

// TestTextStaysReadable holds that what looks like the name of a value in a text is
// none there.
func TestTextStaysReadable(t *testing.T) {
	s := detect.NewScanner(detect.NewNames())
	for _, text := range []string{
		"POST /oauth/token: 400 invalid_client", "POST http://127.0.0.1:9/oauth/token HTTP/1.1", "O endereço 127.0.0.1:8443 é privado",
		"curl --data-binary '@request-body.bin'", `Idempotency-Key: pedido-000123\nX-Fapi: 1`, "Cookie: sid=<cookie:abcdefgh>; t=<cookie>",
		"https://api.example/v1/orders/12345678909", "&lt;token:abcdefgh&gt; %3Ctoken:abcdefgh%3E", "address: 10.0.0.1",
		"`POST api.example/clientes/{id}/contas`: 12×", "POST api.example/contas: 3×", "`POST api.example/oauth2/token`: 6×", "- `GET api.example/v1/senha`: 6 de 8 chamadas com falha (75,0 %)", "POST api.example/oauth2/token: 6 of 8 calls failing", "POST /v1#login: 500 Internal Server Error", `# POST /v1\#login: 500`, "POST /users/login: timeout after 3 s",
		"GET /v1/contas: 404 Not Found", "user: not found", "login: falhou ao entrar", "usuario: inválido", `"tokens":{\"a`, "conta: 3× por dia",
	} {
		for _, span := range s.Find(text, false) {
			t.Errorf("%q: %q is a %s (%s)", text, text[span.Start:span.End], span.Kind, span.Rule)
		}
	}
}

// TestValuesBesidePaths holds that values are found where names stand in addresses, or
// behind a slash.
func TestValuesBesidePaths(t *testing.T) {
	s := detect.NewScanner(detect.NewNames())
	for text, want := range map[string]string{
		"POST api.example/clientes/{id}/contas: 12345-6": "12345-6", "agência/conta: 123": "123", "ag./conta: 123": "123", "cartão/cvv: 123": "123", "/cartoes/cvv: 123": "123",
		"/v1/pin: 4821": "4821", "POST /v1#login: maria.silva": "maria.silva", "POST /login: ana@cliente.example": "ana@cliente.example", "login: mariasilva": "mariasilva",
		"user: 'not'": "not", "/v1/senha: abc": "abc", "senha={noop}abc123": "{noop}abc123", "conta: 3": "3", "/oauth/token: 9f8e7d6c5b4a39281706": "9f8e7d6c5b4a39281706",
	} {
		if got := s.Find(text, false); len(got) != 1 || text[got[0].Start:got[0].End] != want {
			t.Errorf("%q: %v, want %q", text, got, want)
		}
	}
}

// TestArgumentsOfCalls holds that credentials are found among the arguments of calls in
// traces, and that other arguments stay.
func TestArgumentsOfCalls(t *testing.T) {
	s := detect.NewScanner(detect.NewNames())
	for text, want := range map[string][]string{
		`#0 /app/Auth.php(12): App\Auth->login('joao', 'jmq3wdr2whw5x5r5uzpajkw7v5eq')`: {"joao", "jmq3wdr2whw5x5r5uzpajkw7v5eq"},
		`at Auth.authenticate("joao", "abc") (auth.js:3)`:                               {"joao", "abc"},
		`PDO->__construct('mysql:host=db', 'root', 'abc')`:                              {"root", "abc"},
		`mysqli_connect('db', 'root', 'abc')`:                                           {"root", "abc"},
		`Hash.checkPassword('abc')`:                                                     {"abc"},
		`redirectToLogin('/home')`:                                                      nil,
		`App->connect('db')`:                                                            nil,
		`Pix->enviar('E123', 'PENDENTE')`:                                               nil,
	} {
		var got []string
		for _, span := range s.Find(text, false) {
			got = append(got, text[span.Start:span.End])
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// TestDocumentsInRecords holds that a CPF is found where a record of fixed width has it
// behind the type of the document and zeros, and nowhere else.
func TestDocumentsInRecords(t *testing.T) {
	s := detect.NewScanner(detect.NewNames())
	for text, want := range map[string]int{
		"00100011         2039053344705   12345": 1, "x  100039053344705  y": 1,
		"x  2039053344706  y": 0, "x 2039053344705 y": 0, "x  3039053344705  y": 0, "x  2139053344705  y": 0, "2039053344705": 0,
	} {
		if got := s.Find(text, false); len(got) != want || want == 1 && got[0].Kind != detect.CPF {
			t.Errorf("%q: %v", text, got)
		}
	}
}
