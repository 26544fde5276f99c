package expose_test

import (
	"testing"

	"flagrante/capture/expose"
	"flagrante/proxy"
)

func TestStranger(t *testing.T) {
	const mine, other = "52998224725", "11144477735"
	tests := []struct {
		name, url, answer string
		status            int
		want              bool
	}{
		{"another person", "/clientes/" + mine, `{"nome":"X","cpf":"111.444.777-35"}`, 200, true},
		{"the person asked for", "/clientes/" + mine, `{"nome":"X","cpf":"529.982.247-25"}`, 200, false},
		{"written with signs in the address", "/clientes/529.982.247-25", `{"data":{"cliente":{"cpf":"` + other + `"}}}`, 200, true},
		{"in the query", "/saldo?cpf=" + mine, `{"titular":{"documento":"` + other + `"}}`, 200, true},
		{"who was paid", "/pix?cpf=" + mine, `{"recebedor":{"cpf":"` + other + `"},"pix":[{"cpf":"` + other + `"}]}`, 200, false},
		{"both", "/clientes/" + mine, `{"cpf":"` + mine + `","titular":{"cpf":"` + other + `"}}`, 200, false},
		{"two asked for", "/transferencias/" + mine + "/" + other, `{"cpf":"11222333000181"}`, 200, false},
		{"a number that is no CPF", "/clientes/52998224726", `{"cpf":"` + other + `"}`, 200, false},
		{"another account", "/contas/12345-6/saldo", `{"conta":"98765-4","saldo":10}`, 200, true},
		{"the account without its digit", "/contas/12345-6/saldo", `{"conta":"12345","saldo":10}`, 200, false},
		{"an account in the query", "/saldo?conta=12345-6", `{"conta":"98765-4","saldo":10}`, 200, true},
		{"a number in escapes", "/clientes/529%2E982.247-25", `{"cpf":"` + other + `"}`, 200, true},
		{"a company", "/empresas/11222333000181", `{"cnpj":"11.444.777/0001-61"}`, 200, true},
		{"an error", "/clientes/" + mine, `{"cpf":"` + other + `"}`, 404, false},
		{"no JSON", "/clientes/" + mine, `<cpf>` + other + `</cpf>`, 200, false},
		{"a list", "/clientes/" + mine, `[{"cpf":"` + other + `"}]`, 200, false},
	}
	for _, tt := range tests {
		if got := expose.Stranger(answered("https://api.bank.example"+tt.url, tt.status, tt.answer)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// Every answer of success is looked at, so what is told by the address alone must
// cost nearly nothing.
func TestAddressesWithoutAPersonAreToldCheaply(t *testing.T) {
	x := answered("https://api.bank.example/pix/v2/cob/3f2c77a9401812345678", 200, `{"status":"ATIVA"}`)
	if n := testing.AllocsPerRun(100, func() { expose.Stranger(x) }); n > 4 {
		t.Errorf("one call costs %v allocations", n)
	}
}

func answered(url string, status int, body string) *proxy.Exchange {
	return &proxy.Exchange{
		Request:  proxy.Request{Method: "GET", URL: url},
		Response: &proxy.Response{Status: status, Body: proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}},
	}
}
