package judge_test

import (
	"fmt"
	"testing"

	"flagrante/proxy"
)

// TestTextsReadBeforeAreJudgedAsAtFirst judges texts again that differ in little, more of
// them than are remembered.
func TestTextsReadBeforeAreJudgedAsAtFirst(t *testing.T) {
	j := rules(t)
	for range 2 {
		for n := range 600 {
			for _, text := range []struct {
				body    string
				failing bool
			}{
				{fmt.Sprintf(`{"id":%d,"situation":"ATIVA"}`, n), false},
				{fmt.Sprintf(`{"codigo":"E-%d","mensagem":"Saldo insuficiente"}`, n), true},
				{fmt.Sprintf(`{"id":%d,"situation":"ATIVA"`, n), true},
			} {
				x := good(0)
				x.Response.Body.Data = []byte(text.body)
				if v := j.Judge(x); v.Failing != text.failing {
					t.Fatalf("%s: %+v", text.body, v)
				}
			}
		}
	}
}

// TestWatching holds that only answers that were read say that a word is absent.
func TestWatching(t *testing.T) {
	j := rules(t).Watching("oken", "pikey")
	x := good(0)
	for range 2 {
		for _, c := range []struct {
			status int
			body   string
			absent bool
		}{
			{200, `{"id":1}`, true},
			{200, `{"access_Token":"x"}`, false},
			{200, `{"apiKey":"x"}`, false},
			{201, `{"note":"the key"}`, true},
			{500, `{"id":1}`, false},
			{200, `{"id":1`, true},
		} {
			x.Response.Status, x.Response.Body.Data = c.status, []byte(c.body)
			verdict, absent := j.Watch(x)
			if absent != c.absent || verdict.Failing != j.Judge(x).Failing {
				t.Errorf("%d %s: absent is %t, failing %t", c.status, c.body, absent, verdict.Failing)
			}
		}
	}
	x.Response = nil
	if _, absent := j.Watch(x); absent {
		t.Error("no answer holds no word")
	}
}

// Many programs write an escape for each letter with an accent: json.dumps of Python and
// json_encode of PHP in JSON, serializers of XML in ASCII. What is said stays the same.
func TestEscapedLettersAreRead(t *testing.T) {
	j := rules(t)
	for _, c := range []struct {
		kind, body string
		failing    bool
	}{
		{"application/json", `{"cdRetorno":"08","dsRetorno":"Nosso número inválido"}`, true},
		{"application/json", `{"cdRetorno":"08","dsRetorno":"Nosso n\u00famero inv\u00e1lido"}`, true},
		{"application/json", `{"cdRetorno":"08","dsRetorno":"Nosso n\u00FAmero inv\u00E1lido"}`, true},
		{"application/json", `{"return":{"cod":-1,"desc":"Opera\u00e7\u00e3o n\u00e3o permitida"}}`, true},
		{"application/json", `{"id":1,"descricao":"Cart\u00e3o \ud83d\ude00 C:\\users \\u00"}`, false},
		{"application/xml", `<resposta><codigo>08</codigo><descricao>Nosso n&#250;mero inv&#225;lido</descricao></resposta>`, true},
		{"application/xml", `<resposta><codigo>08</codigo><descricao>Nosso n&#xFA;mero inv&#xE1;lido</descricao></resposta>`, true},
		{"application/xml", `<produto><nome>Caf&#233; &amp; P&#227;o</nome></produto>`, false},
	} {
		x := good(0)
		x.Response.Header = proxy.Fields{{Name: "Content-Type", Value: c.kind}}
		x.Response.Body.Data = []byte(c.body)
		if v := j.Judge(x); v.Failing != c.failing {
			t.Errorf("%s: %+v", c.body, v)
		}
	}
}
