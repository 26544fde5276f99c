package redact_test

import (
	"regexp"
	"testing"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/capture/redact/detect"
	"flagrante/proxy"
)

func TestOptions(t *testing.T) {
	const body = `{"matricula":"778899","cpf":"52998224725","chaveInterna":"a1b2c3d4e5f6a7b8c9","obs":"CTR-001122","senha":"x1y2z3"}`
	contract := redact.Rule{Host: "*.banco.example", Names: []string{"matr*"}, Kind: "contract", Early: true}
	for name, test := range map[string]struct {
		options []redact.Option
		want    string
	}{
		"none":            {nil, `{"matricula":"778899","cpf":"52998224725","chaveInterna":"<token>","obs":"CTR-001122","senha":"<password>"}`},
		"cpf at capture":  {[]redact.Option{redact.AtCapture(detect.CPF)}, `{"matricula":"778899","cpf":"<cpf>","chaveInterna":"<token>","obs":"CTR-001122","senha":"<password>"}`},
		"a name":          {[]redact.Option{redact.WithRules(contract)}, `{"matricula":"<contract>","cpf":"52998224725","chaveInterna":"<token>","obs":"CTR-001122","senha":"<password>"}`},
		"a pattern":       {[]redact.Option{redact.WithRules(redact.Rule{Pattern: regexp.MustCompile(`CTR-\d+`), Kind: "contract", Early: true})}, `{"matricula":"778899","cpf":"52998224725","chaveInterna":"<token>","obs":"<contract>","senha":"<password>"}`},
		"an allowance":    {[]redact.Option{redact.WithAllowances(redact.Allowance{Names: []string{"chave_interna"}})}, `{"matricula":"778899","cpf":"52998224725","chaveInterna":"a1b2c3d4e5f6a7b8c9","obs":"CTR-001122","senha":"<password>"}`},
		"of another host": {[]redact.Option{redact.WithAllowances(redact.Allowance{Host: "x.example", Names: []string{"senha"}})}, `{"matricula":"778899","cpf":"52998224725","chaveInterna":"<token>","obs":"CTR-001122","senha":"<password>"}`},
	} {
		x := request("https://api.banco.example/", proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, body)
		out, _ := redact.New(test.options...).Exchange(x)
		if got := string(out.Request.Body.Data); got != test.want {
			t.Errorf("%s: got\n%s, want\n%s", name, got, test.want)
		}
	}
}

// TestHosts holds that rules and allowances for hosts hold for those, and what they do
// with what belongs to several hosts or to none that is known.
func TestHosts(t *testing.T) {
	r := redact.New(
		redact.WithRules(
			redact.Rule{Host: "*.banco.example", Names: []string{"matricula"}, Kind: "contract"},
			redact.Rule{Host: "api.loja.example:8443", Pattern: regexp.MustCompile(`LJ-\d+`), Kind: "order", Early: true},
		),
		redact.WithAllowances(redact.Allowance{Host: "api.loja.example", Names: []string{"telefone"}}),
	)
	const text = `{"matricula":"778899","pedido":"LJ-12","telefone":"+5511987654321"}`
	const all = `{"matricula":"<contract>","pedido":"<order>","telefone":"<phone>"}`
	for _, test := range []struct {
		want  string
		hosts []string
	}{
		{`{"matricula":"<contract>","pedido":"LJ-12","telefone":"<phone>"}`, []string{"api.banco.example"}},
		{`{"matricula":"<contract>","pedido":"LJ-12","telefone":"<phone>"}`, []string{"pix.api.BANCO.example:9443"}},
		{`{"matricula":"778899","pedido":"LJ-12","telefone":"<phone>"}`, []string{"banco.example"}},
		{`{"matricula":"778899","pedido":"LJ-12","telefone":"+5511987654321"}`, []string{"api.loja.example"}},
		{`{"matricula":"778899","pedido":"<order>","telefone":"+5511987654321"}`, []string{"api.loja.example:8443"}},
		{`{"matricula":"778899","pedido":"LJ-12","telefone":"<phone>"}`, []string{"[::1]:8443"}},
		{`{"matricula":"<contract>","pedido":"<order>","telefone":"+5511987654321"}`, []string{"api.banco.example", "api.loja.example:8443"}},
		{all, nil},
		{all, []string{""}},
	} {
		if got, _ := r.Leaving("", []byte(text), test.hosts...); string(got) != test.want {
			t.Errorf("leaving %v: got\n%s, want\n%s", test.hosts, got, test.want)
		}
		if got, _ := r.Message("", "", []byte(text), false, test.hosts...); string(got) != test.want {
			t.Errorf("message of %v: got\n%s, want\n%s", test.hosts, got, test.want)
		}
	}
	reasons := r.Reasons("api.loja.example:8443", []capture.Reason{{Key: "k", Args: map[string]string{"code": "LJ-12"}}})
	if got := reasons[0].Args["code"]; got != "<order>" {
		t.Errorf("a reason says %s", got)
	}
	x := request("https://api.loja.example:8443/", nil, "")
	_, _, reasons = r.Together(nil, []capture.Reason{{Key: "k", Args: map[string]string{"code": "LJ-12"}}}, x)
	if got := reasons[0].Args["code"]; got != "<order>" {
		t.Errorf("a reason beside its exchange says %s", got)
	}
	if got, _ := r.Text("title", "LJ-12", "api.banco.example"); got != "LJ-12" {
		t.Errorf("the title is %s", got)
	}
}

// TestHostsAreToldApart holds that what was clean for some hosts is looked at again for
// another whose name is theirs, one after the other.
func TestHostsAreToldApart(t *testing.T) {
	r := redact.New(redact.WithRules(redact.Rule{Host: "x.example", Names: []string{"apelido_interno"}, Kind: "project"}))
	const text = `{"apelido_interno":"Quimera"}`
	if got, _ := r.Leaving("application/json", []byte(text), "x.exam", "ple"); string(got) != text {
		t.Fatalf("of other hosts: %s", got)
	}
	if got, _ := r.Leaving("application/json", []byte(text), "x.example"); string(got) != `{"apelido_interno":"<project>"}` {
		t.Errorf("of the host of the rule: %s", got)
	}
}
