package contract_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/contract"
	"flagrante/capture/decode/decodetest"
	"flagrante/proxy"
)

const (
	cob    = "https://api.banco.example/pix/v2/cob"
	txid   = "7978c0c97ea847e78e8849634473c1f1"
	period = "?inicio=2026-11-01T00:00:00Z&fim=2026-11-02T00:00:00-03:00"
	asked  = `{"calendario":{"expiracao":3600},"valor":{"original":"1.00"},"chave":"a@b.example"}`
	given  = `{"calendario":{"criacao":"2026-11-24T10:00:00.5Z"},"valor":{"original":"1.00"},"chave":"a@b.example","txid":"x","status":"ATIVA","revisao":0}`
)

func body(text string) proxy.Body {
	return proxy.Body{Data: []byte(text), Size: int64(len(text)), Complete: true}
}

// call makes an exchange in JSON.
func call(method, url, request string, status int, response string) *proxy.Exchange {
	kind := proxy.Fields{{Name: "content-type", Value: "application/json; charset=utf-8"}}
	return &proxy.Exchange{
		Request:  proxy.Request{Method: method, URL: url, Header: kind, Body: body(request)},
		Response: &proxy.Response{Status: status, Header: kind, Body: body(response)},
	}
}

// said writes violations in short.
func said(found []contract.Violation) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Where()+" "+f.Rule)
	}
	return out
}

func TestCheck(t *testing.T) {
	set := vendors(t, contract.Both)
	with := func(x *proxy.Exchange, change func(*proxy.Exchange)) *proxy.Exchange {
		change(x)
		return x
	}
	typed := func(kind string) func(*proxy.Exchange) {
		return func(x *proxy.Exchange) { x.Response.Header = proxy.Fields{{Name: "Content-Type", Value: kind}} }
	}
	const devolucao = "https://api.banco.example/pix/v2/pix/E1/devolucao/1"
	const boletos = "https://boletos.outro.example:8443/v1/boletos"
	const ted = "https://ws.antigo.example/ted/transferencias"
	boleto := func(more string) *proxy.Exchange {
		return call("POST", boletos, `{"valor":10.10,"vencimento":"2026-12-01","pagador":null`+more+`}`, 200, `{"situacao":"REGISTRADO","linha":"`+strings.Repeat("1", 47)+`"}`)
	}
	tests := []struct {
		name string
		x    *proxy.Exchange
		want []string
	}{
		{"kept", call("POST", cob, asked, 201, given), nil},
		{"kept, null", call("POST", cob, strings.Replace(asked, "{", `{"solicitacaoPagador":null,`, 1), 201, given), nil},
		{"kept, a query", call("GET", cob+period+"&status=ATIVA&status=CONCLUIDA&paginacao.itensPorPagina=10", "", 200, `{"periodo":{},"cobs":[`+given+`]}`), nil},
		{"kept, without a documented body", call("GET", cob+"/resumo", "", 200, `anything`), nil},
		{"kept, a problem", with(call("PUT", cob+"/"+txid, asked, 400, `{"type":"x","title":"y","status":400}`), typed("application/problem+json")), nil},
		{"a preflight", call("OPTIONS", cob, "", 204, ""), nil},
		{"another host", call("GET", "https://x.example/pix/v2/cob", "", 200, ""), nil},
		{"another base path", call("GET", "https://api.banco.example/oauth/token", "", 200, ""), nil},
		{"HEAD is GET without a body", call("HEAD", cob+"/resumo", "", 200, ""), nil},

		{"a path", call("GET", cob+"v/1", "", 404, ""), []string{"request.url.path path"}},
		{"a method", call("DELETE", cob, "", 405, ""), []string{"request.method method"}},
		{"a status", call("GET", cob+"/"+txid, "", 202, given), []string{"response.status status"}},
		{"a type", with(call("GET", cob+"/"+txid, "", 200, given), typed("text/html")), []string{"response.header.Content-Type content_type"}},
		{"no body", call("GET", cob+"/"+txid, "", 200, ""), []string{"response.body empty"}},
		{"no JSON", call("GET", cob+"/"+txid, "", 200, `{"a":`), []string{"response.body syntax"}},
		{"two values", call("GET", cob+"/"+txid, "", 200, `{} {}`), []string{"response.body syntax"}},
		{"a query", call("GET", cob+"?inicio=ontem&status=ATIVA&status=X&paginacao.itensPorPagina=0", "", 200, `{"periodo":{},"cobs":[]}`),
			[]string{"request.url.query.inicio format", "request.url.query.fim required", "request.url.query.status/1 enum", "request.url.query.paginacao.itensPorPagina minimum"}},
		{"a query of another type", call("GET", cob+period+"&paginacao.itensPorPagina=dez", "", 200, `{"periodo":{},"cobs":[]}`), []string{"request.url.query.paginacao.itensPorPagina type"}},
		{"a value of the path", call("GET", cob+"/curto", "", 200, given), []string{"request.url.path.txid pattern"}},
		{"header fields", call("PUT", devolucao, `{"valor":"1.00"}`, 201, `{"id":"1","status":"DEVOLVIDO"}`),
			[]string{"request.header.X-Idempotencia required", "response.header.Location required"}},
		{"no request body", with(call("POST", cob, "", 201, given), func(x *proxy.Exchange) { x.Request.Header = nil }), []string{"request.body required"}},
		{"more than allowed", with(call("PUT", devolucao, `{"valor":"1.00","cpf":"12345678909"}`, 201, `{"id":"1","status":"DEVOLVIDO"}`), func(x *proxy.Exchange) {
			x.Request.Header = append(slices.Clone(x.Request.Header), proxy.Field{Name: "x-idempotencia", Value: "0190163d-8694-739b-aea5-966c26f8ad91"})
			x.Response.Header = append(slices.Clone(x.Response.Header), proxy.Field{Name: "location", Value: "/1"})
		}), []string{"request.body/* not_allowed"}},
		{"types, deep", call("POST", cob, `{"calendario":{"expiracao":"3600"},"valor":{"original":1},"chave":"x"}`, 201, given),
			[]string{"request.body/calendario/expiracao type", "request.body/valor/original type"}},
		{"an answer", call("GET", cob+"/"+txid, "", 200, `{"calendario":{},"valor":{"original":"1,00"},"chave":"x","txid":"y","status":"PAGA","revisao":-1}`),
			[]string{"response.body/calendario/criacao required", "response.body/valor/original pattern", "response.body/revisao minimum", "response.body/status enum"}},
		{"the item that is wrong", call("GET", cob+period, "", 200, `{"periodo":{},"cobs":[`+given+`,`+strings.Replace(given, "ATIVA", "X", 1)+`,`+strings.Replace(given, "ATIVA", "Y", 1)+`]}`),
			[]string{"response.body/cobs/1/status enum"}},
		{"the form that was meant", call("POST", cob, strings.Replace(asked, "{", `{"devedor":{"cpf":"123","nome":"Ana"},`, 1), 201, given), []string{"request.body/devedor/cpf pattern"}},
		{"no form that was meant", call("POST", cob, strings.Replace(asked, "{", `{"devedor":{"nome":"Ana"},`, 1), 201, given), []string{"request.body/devedor oneOf"}},

		{"3.1, kept", boleto(`,"multa":null,"dataMulta":"x","tipo":"COBRANCA","rateio":["a",1]`), nil},
		{"3.1, a branch by its name", boleto(`,"pagador":{"pessoa":"J","cnpj":"1"}`), []string{"request.body/pagador/cnpj minLength"}},
		{"3.1, no branch", boleto(`,"pagador":{"pessoa":"X"}`), []string{"request.body/pagador oneOf"}},
		{"3.1, a pattern that is not known", boleto(`,"pagador":{"pessoa":"F","cpf":"x"}`), nil},
		{"3.1, const", boleto(`,"tipo":"X"`), []string{"request.body/tipo enum"}},
		{"3.1, dependent", boleto(`,"multa":1`), []string{"request.body/dataMulta required"}},
		{"3.1, prefix", boleto(`,"rateio":[1,2,3]`), []string{"request.body/rateio/0 type", "request.body/rateio/2 not_allowed"}},
		{"3.1, numbers", call("POST", boletos, `{"valor":0.005,"vencimento":"2026-02-30","pagador":null}`, 200, `{"motivo":"x"}`),
			[]string{"request.body/valor multipleOf", "request.body/vencimento format"}},
		{"3.1, zero", call("POST", boletos, `{"valor":0,"vencimento":"2026-02-28","pagador":null}`, 200, `{"motivo":"x"}`), []string{"request.body/valor minimum"}},
		{"3.1, if and else", call("POST", boletos, `{"valor":1,"vencimento":"2026-02-28","pagador":null}`, 200, `{"situacao":"RECUSADO","x-a":1,"12345678909":2,"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":"b"}`),
			[]string{"response.body/* type", "response.body/* propertyNames", "response.body/motivo required"}},
		{"a form", with(call("POST", boletos+"/12:cancelar", "motivo=3", 204, ""), func(x *proxy.Exchange) {
			x.Request.Header = proxy.Fields{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}
		}), []string{"request.body/motivo enum"}},
		{"a mixed segment", with(call("POST", boletos+"/doze:cancelar", "", 204, ""), func(x *proxy.Exchange) { x.Request.Header = nil }), []string{"request.url.path.id type"}},

		{"Swagger 2, kept", call("POST", ted+"?agencia=1&canais=a,b", `{"conta":"1","valor":0.01}`, 200, `{"protocolo":"1"}`), nil},
		{"Swagger 2", call("POST", ted+"?agencia=99999&canais=a,c", `{"conta":"1","valor":0,"filhas":[{"conta":"2"}]}`, 200, `{}`),
			[]string{"request.url.query.agencia maximum", "request.url.query.canais/1 enum", "request.body/filhas/0/valor required", "request.body/valor minimum", "response.body/protocolo required"}},
		{"Swagger 2, a status", call("GET", ted+"/1", "", 500, ""), []string{"response.status status"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, said(set.Check(tt.x))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSidesAreCheckedAsAsked(t *testing.T) {
	x := call("PUT", cob+"/"+txid, `{}`, 999, "")
	for mode, want := range map[contract.Mode][]contract.Side{
		contract.Off: nil, contract.Requests: {contract.Request}, contract.Responses: {contract.Response}, contract.Both: {contract.Request, contract.Response},
	} {
		set := vendors(t, mode)
		var sides []contract.Side
		for _, f := range set.Check(x) {
			if !slices.Contains(sides, f.Side) {
				sides = append(sides, f.Side)
			}
		}
		if diff := cmp.Diff(want, sides); diff != "" {
			t.Errorf("%s: %s", mode, diff)
		}
	}
}

// TestWhatDidNotEndIsNotJudged takes answers that break their contract, each in a
// way in which not all of it is known.
func TestWhatDidNotEndIsNotJudged(t *testing.T) {
	set := vendors(t, contract.Responses)
	for name, change := range map[string]func(*proxy.Exchange){
		"aborted":    func(x *proxy.Exchange) { x.Aborted = true },
		"no answer":  func(x *proxy.Exchange) { x.Response, x.Err = nil, &proxy.Error{Type: "dns_error"} },
		"unread":     func(x *proxy.Exchange) { x.Unread = "ambiguous framing" },
		"cut":        func(x *proxy.Exchange) { x.Response.Body.Cut = true },
		"incomplete": func(x *proxy.Exchange) { x.Response.Body.Complete = false },
		"coded": func(x *proxy.Exchange) {
			x.Response.Header = append(slices.Clone(x.Response.Header), proxy.Field{Name: "Content-Encoding", Value: "gzip"})
		},
		"upgraded": func(x *proxy.Exchange) { x.Response.Status = 101 },
	} {
		x := call("GET", cob+"/"+txid, "", 200, `{}`)
		if len(said(set.Check(x))) == 0 {
			t.Fatal("the answer keeps to the contract")
		}
		change(x)
		if found := said(set.Check(x)); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestPartOfABodyIsNotJudged(t *testing.T) {
	set := one(t, "openapi: 3.0.0\ninfo: {title: x, version: '1'}\nservers: [{url: 'https://x.example'}]\npaths: {/p: {get: {responses: {2XX: {description: x, content: {application/json: {schema: {type: array}}}}}}}}")
	for status, want := range map[int][]string{206: nil, 204: nil, 203: {"response.body type"}} {
		if diff := cmp.Diff(want, said(set.Check(call("GET", "https://x.example/p", "", status, "{}")))); diff != "" {
			t.Errorf("%d: %s", status, diff)
		}
	}
}

func TestCodedBodiesAreChecked(t *testing.T) {
	set := vendors(t, contract.Responses)
	packed := decodetest.Pack(t, "gzip", []byte("\ufeff"+strings.Replace(given, "ATIVA", "X", 1)))
	x := call("GET", cob+"/"+txid, "", 200, string(packed))
	x.Response.Header = append(slices.Clone(x.Response.Header), proxy.Field{Name: "Content-Encoding", Value: "gzip"})
	if diff := cmp.Diff([]string{"response.body/status enum"}, said(set.Check(x))); diff != "" {
		t.Error(diff)
	}
}

// TestValuesNeverShow plants a value wherever an exchange can hold one, names
// included.
func TestValuesNeverShow(t *testing.T) {
	const planted = "s3gr3d0-99988877766"
	set := vendors(t, contract.Both)
	object := func(value string) string {
		return fmt.Sprintf(`{%q:%s,"calendario":{%q:1,"expiracao":%s},"valor":{"original":%s},"chave":%s,"devedor":%s,"status":%s,"revisao":%s,"infoAdicionais":[%s,{%q:%s}],"pix":[%s]}`,
			planted, value, planted, value, value, value, value, value, value, value, planted, value, value)
	}
	values := []string{`"` + planted + `"`, `["` + planted + `"]`, `{"` + planted + `":"` + planted + `"}`, "99988877766"}
	var all []*proxy.Exchange
	for _, v := range values {
		all = append(all,
			call("POST", cob, object(v), 201, object(v)),
			call("GET", cob+"?inicio="+planted+"&status="+planted+"&status["+planted+"]=1&paginacao.itensPorPagina="+planted, "", 200, `{"periodo":`+v+`,"cobs":[`+object(v)+`]}`),
			call("GET", cob+"/"+planted, "", 200, v),
			call("GET", cob+"/"+planted+"/"+planted+"?"+planted, "", 200, v),
			call(strings.ToUpper(planted), cob, v, 200, v),
			call("PUT", "https://api.banco.example/pix/v2/pix/"+planted+"/devolucao/"+strings.Repeat(planted, 4), object(v), 201, object(v)),
			call("POST", "https://boletos.outro.example:8443/v1/boletos", `{"pagador":`+v+`,"multa":`+v+`,"rateio":[`+v+`]}`, 200, `{`+`"`+planted+`":`+v+`,"x-`+planted+`":`+v+`}`),
			call("POST", "https://ws.antigo.example/ted/transferencias?agencia="+planted, object(v), 200, v),
		)
	}
	typed := call("POST", cob, planted, 201, planted)
	typed.Request.Header = proxy.Fields{{Name: "Content-Type", Value: "text/" + planted}}
	typed.Response.Header = proxy.Fields{{Name: "Content-Type", Value: planted + "/json"}}
	for _, x := range append(all, typed) {
		found := set.Check(x)
		text, err := json.Marshal([]any{found, contract.Judge(capture.Verdict{}, found)})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			t.Errorf("%s %s: nothing was found", x.Request.Method, x.Request.URL)
		}
		if shown := strings.ToLower(string(text)); strings.Contains(shown, "s3gr3d0") || strings.Contains(shown, "99988877766") {
			t.Errorf("a value shows: %s", text)
		}
	}
}

func TestJudge(t *testing.T) {
	found := []contract.Violation{{Side: contract.Response, Place: "body/valor", Rule: "type", Contract: "pix"}}
	reason := capture.Reason{Key: "judge.contract", Args: map[string]string{"contract": "pix", "side": "response", "where": "response.body/valor", "rule": "type"}}
	status := capture.Reason{Key: "judge.status"}
	tests := []struct {
		name  string
		v     capture.Verdict
		found []contract.Violation
		want  capture.Verdict
	}{
		{"kept", capture.Verdict{}, nil, capture.Verdict{}},
		{"only so", capture.Verdict{}, found, capture.Verdict{Failing: true, Kind: capture.KindContract, Reasons: []capture.Reason{reason}}},
		{"otherwise as well", capture.Verdict{Failing: true, Kind: capture.KindHTTPStatus, Expected: true, Reasons: []capture.Reason{status}}, found,
			capture.Verdict{Failing: true, Kind: capture.KindHTTPStatus, Expected: true, Reasons: []capture.Reason{status, reason}}},
		{"in many places", capture.Verdict{}, slices.Repeat(found, 8), capture.Verdict{Failing: true, Kind: capture.KindContract,
			Reasons: append(slices.Repeat([]capture.Reason{reason}, 6), capture.Reason{Key: "judge.contract_more", Args: map[string]string{"count": "2"}})}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, contract.Judge(tt.v, tt.found)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
