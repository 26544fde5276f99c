package redact_test

import (
	"regexp"
	"testing"

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
