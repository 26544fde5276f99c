package extract_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/decode/decodetest"
	"flagrante/capture/extract"
	"flagrante/proxy"
)

func answer(contentType, body string) *proxy.Response {
	return &proxy.Response{
		Header: proxy.Fields{{Name: "Content-Type", Value: contentType}},
		Body:   proxy.Body{Data: []byte(body), Size: int64(len(body))},
	}
}

func TestVendor(t *testing.T) {
	const anyJSON = "application/json"
	tests := map[string]struct {
		kind, body string
		want       capture.Vendor
	}{
		"problem document":     {"application/problem+json", `{"type":"https://pix.bcb.gov.br/api/v2/error/CobNaoEncontrado","title":"Não encontrado","status":404,"detail":"Cobrança não encontrada."}`, capture.Vendor{Code: "CobNaoEncontrado", Message: "Cobrança não encontrada."}},
		"blank problem":        {anyJSON, `{"type":"about:blank","title":"Not Found","status":404}`, capture.Vendor{Message: "Not Found"}},
		"codigo, mensagem":     {anyJSON, `{"codigo":"E-17","mensagem":"Saldo insuficiente"}`, capture.Vendor{Code: "E-17", Message: "Saldo insuficiente"}},
		"accents":              {anyJSON, `{"Código":4932,"Descrição":"Convênio inválido"}`, capture.Vendor{Code: "4932", Message: "Convênio inválido"}},
		"nested":               {anyJSON, `{"error":{"code":"card_declined","type":"card_error","message":"Your card was declined."}}`, capture.Vendor{Code: "card_declined", Message: "Your card was declined."}},
		"oauth":                {anyJSON, `{"error":"invalid_grant","error_description":"expired code"}`, capture.Vendor{Code: "invalid_grant", Message: "expired code"}},
		"error in words":       {anyJSON, `{"error":"Internal error, try later"}`, capture.Vendor{Message: "Internal error, try later"}},
		"erros":                {anyJSON, `{"erros":[{"codigo":"4874915","versao":"1","mensagem":"Data inválida","ocorrencia":"x"}]}`, capture.Vendor{Code: "4874915", Message: "Data inválida"}},
		"errors of strings":    {anyJSON, `{"errors":["CPF is not valid"]}`, capture.Vendor{Message: "CPF is not valid"}},
		"top-level array":      {anyJSON, `[{"code":"X1","message":"boom"}]`, capture.Vendor{Code: "X1", Message: "boom"}},
		"aws":                  {"application/x-amz-json-1.0", `{"__type":"com.amazon#ThrottlingException","message":"slow down"}`, capture.Vendor{Code: "ThrottlingException", Message: "slow down"}},
		"violations":           {anyJSON, `{"title":"Inválido","status":400,"violacoes":[{"razao":"x","propriedade":"valor"}]}`, capture.Vendor{Message: "Inválido: valor – x"}},
		"a pointer":            {anyJSON, `{"title":"Requisição inválida","detail":"Verifique as violações","violacoes":[{"razao":"não deve ser nulo","propriedade":"pagador.cpfCnpj"}]}`, capture.Vendor{Message: "Verifique as violações: pagador.cpfCnpj – não deve ser nulo"}},
		"a message of its own": {anyJSON, `{"message":"Saldo insuficiente","campos":[{"campo":"valor","mensagem":"acima do saldo"}]}`, capture.Vendor{Message: "Saldo insuficiente: valor – acima do saldo"}},
		"a field of pydantic":  {anyJSON, `{"detail":[{"loc":["body","itens",0,"valor"],"msg":"Field required","type":"missing"}]}`, capture.Vendor{Code: "missing", Message: "body.itens.0.valor – Field required"}},
		"errors by field":      {anyJSON, `{"errors":{"due_date":["não é uma data válida"]}}`, capture.Vendor{Message: "due_date – não é uma data válida"}},
		"errors of the whole":  {anyJSON, `{"errors":{"base":["Fatura já paga"]}}`, capture.Vendor{Message: "Fatura já paga"}},
		"a list at the root":   {anyJSON, `{"cnpj":["Este campo é obrigatório."]}`, capture.Vendor{Message: "cnpj – Este campo é obrigatório."}},
		"the whole first":      {anyJSON, `{"errors":{"email":["não é válido"],"full_messages":["Email não é válido"]}}`, capture.Vendor{Message: "Email não é válido"}},
		"messages in a list":   {anyJSON, `{"msgs":["Peso inválido"]}`, capture.Vendor{Message: "Peso inválido"}},
		"constraints":          {anyJSON, `{"statusCode":400,"message":[{"property":"amount","constraints":{"isPositive":"must be positive"}}],"error":"Bad Request"}`, capture.Vendor{Message: "amount – must be positive"}},
		"invalid params":       {anyJSON, `{"title":"Not valid for us","status":400,"invalid-params":[{"name":"age","reason":"must be positive"}]}`, capture.Vendor{Message: "Not valid for us: age – must be positive"}},
		"violations of google": {anyJSON, `{"error":{"code":400,"message":"An argument.","status":"INVALID_ARGUMENT","details":[{"fieldViolations":[{"field":"customer.phone","description":"must be E.164"}]}]}}`, capture.Vendor{Code: "INVALID_ARGUMENT", Message: "An argument: customer.phone – must be E.164"}},
		"several fields":       {anyJSON, `[{"message":"Faltam campos","errorCode":"E1","fields":["A","B"]}]`, capture.Vendor{Code: "E1", Message: "Faltam campos"}},
		"a place in graphql":   {anyJSON, `{"errors":[{"message":"timeout","path":["b"]}]}`, capture.Vendor{Message: "timeout"}},
		"a request's path":     {anyJSON, `{"error":"Conflict","code":"E1","message":"Já existe","path":"/v1/x"}`, capture.Vendor{Code: "E1", Message: "Já existe"}},
		"state of a model":     {anyJSON, `{"Message":"The request is invalid.","ModelState":{"cob.Valor":["is required"]}}`, capture.Vendor{Message: "The request is invalid: cob.Valor – is required"}},
		"code of the cause":    {anyJSON, `{"message":"payer.email must be valid","error":"bad_request","status":400,"cause":[{"code":4050,"description":"payer.email must be valid"}]}`, capture.Vendor{Code: "4050", Message: "payer.email must be valid"}},
		"code over a status":   {anyJSON, `{"_errorCode":400,"_message":"Request validation exception","_errors":[{"_code":"2084","_field":"bankslip_id","_message":"Formato da chave bankslip_id inválido"}]}`, capture.Vendor{Code: "2084", Message: "Request validation exception: Formato da chave bankslip_id inválido"}},
		"an error that is so":  {anyJSON, `{"erro":"true"}`, capture.Vendor{}},
		"a trace":              {"text/plain", "java.sql.SQLException: ORA-00942: table missing\n\tat a.B.c(B.java:1)\n\tat a.D.e(D.java:2)\n", capture.Vendor{Message: "java.sql.SQLException: ORA-00942: table missing"}},
		"soap 1.1":             {"text/xml", `<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>Fora do ar</faultstring></s:Fault></s:Body></s:Envelope>`, capture.Vendor{Code: "Server", Message: "Fora do ar"}},
		"soap 1.2":             {"application/soap+xml", `<e:Envelope xmlns:e="x"><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value></e:Code><e:Reason><e:Text xml:lang="pt">Inválido</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>`, capture.Vendor{Code: "Sender", Message: "Inválido"}},
		"soap subcodes":        {"application/soap+xml", `<e:Envelope xmlns:e="x"><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>p:Negocio</e:Value><e:Subcode><e:Value>p:SemConta</e:Value></e:Subcode></e:Subcode></e:Code><e:Reason><e:Text xml:lang="en">No account</e:Text><e:Text xml:lang="pt-BR">Sem conta</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>`, capture.Vendor{Code: "SemConta", Message: "Sem conta"}},
		"soap detail":          {"text/xml", `<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>Erro de negócio</faultstring><detail><n:NegocioException xmlns:n="y"><codigo>EX31</codigo><mensagem>Sem saldo</mensagem></n:NegocioException></detail></s:Fault></s:Body></s:Envelope>`, capture.Vendor{Code: "EX31", Message: "Erro de negócio: Sem saldo"}},
		"soap text in detail":  {"text/xml", `<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>Fault occurred while processing.</faultstring><detail><Erro><mensagem>Certificado expirado</mensagem></Erro></detail></s:Fault></s:Body></s:Envelope>`, capture.Vendor{Code: "Server", Message: "Fault occurred while processing: Certificado expirado"}},
		"soap, cut off":        {"text/xml", `<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>Fora do ar</faultstring><det`, capture.Vendor{Code: "Server", Message: "Fora do ar"}},
		"a section of an rfc":  {anyJSON, `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"Um erro","status":400,"detail":"Valor"}`, capture.Vendor{Message: "Valor"}},
		"a code before":        {anyJSON, `{"msgs":["PRC-124: Peso inválido"],"path":"/x"}`, capture.Vendor{Code: "PRC-124", Message: "Peso inválido"}},
		"a name before":        {anyJSON, `{"message":"CNAB240: arquivo inválido"}`, capture.Vendor{Message: "CNAB240: arquivo inválido"}},
		"a number on a page":   {"text/html", `<html><title>Access denied</title><h1><span>Error</span> <span>1020</span></h1><h2>Access denied</h2></html>`, capture.Vendor{Code: "1020", Message: "Access denied"}},
		"old charset":          {"text/xml; charset=ISO-8859-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Fault><faultcode>S:Server</faultcode><faultstring>Transa\xe7\xe3o</faultstring></Fault>", capture.Vendor{Code: "Server", Message: "Transação"}},
		"html page":            {"text/html", `<html><head><title>502</title></head><body><code>nginx</code></body></html>`, capture.Vendor{}},
		"html by its looks":    {"", `<!DOCTYPE html><code>nginx</code>`, capture.Vendor{}},
		"text":                 {"text/plain", "upstream  error", capture.Vendor{Message: "upstream error"}},
		"broken json":          {anyJSON, `{"code":"X`, capture.Vendor{}},
		"text in lines":        {"text/plain", "RESULT=ERROR\nCODE=51\nMESSAGE=Saldo insuficiente", capture.Vendor{Code: "51", Message: "Saldo insuficiente"}},
		"text as a form":       {"", "error=invalid_scope&error_description=unknown", capture.Vendor{Code: "invalid_scope", Message: "unknown"}},
		"a code in a text":     {"text/plain", "error code: 1020", capture.Vendor{Code: "1020", Message: "error code: 1020"}},
		"a name as id":         {anyJSON, `{"errors":[{"id":"invalid_parameter","parameter":"customer_id","message":"não foi encontrado"}]}`, capture.Vendor{Code: "invalid_parameter", Message: "customer_id – não foi encontrado"}},
		"the id of a thing":    {anyJSON, `{"id":"boleto","message":"Conta encerrada"}`, capture.Vendor{Message: "Conta encerrada"}},
		"columns":              {"text/csv", "a\tb\n1\t2", capture.Vendor{}},
		"json in json":         {anyJSON, `{"d":"{\"Codigo\":17,\"Mensagem\":\"Sessão expirada\"}"}`, capture.Vendor{Code: "17", Message: "Sessão expirada"}},
		"german":               {anyJSON, `{"fehler":true,"fehlercode":"4711","meldung":"Konto nicht gefunden"}`, capture.Vendor{Code: "4711", Message: "Konto nicht gefunden"}},
		"empty":                {anyJSON, "", capture.Vendor{}},
		"null":                 {anyJSON, "null", capture.Vendor{}},
		"prose as code":        {anyJSON, `{"code":"this is a whole sentence, not a code"}`, capture.Vendor{}},
		"message over lines":   {anyJSON, `{"message":"a\n  b\tc"}`, capture.Vendor{Message: "a b c"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, extract.Vendor(answer(test.kind, test.body))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestVendorOfAPackedBody(t *testing.T) {
	r := answer("application/json", string(decodetest.Pack(t, "gzip", []byte(`{"codigo":"E1","mensagem":"oi"}`))))
	r.Header = append(r.Header, proxy.Field{Name: "Content-Encoding", Value: "gzip"})
	if diff := cmp.Diff(capture.Vendor{Code: "E1", Message: "oi"}, extract.Vendor(r)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestVendorOfABodyThatBrokeOff(t *testing.T) {
	r := answer("application/json", `{"codigo":"E1","erros":[{"campo":"valor","mensagem":"é menor"},{"campo":"da`)
	if got := extract.BodyIDs(answer("application/json", `{"correlationId":"c-12345","erro":"`)); len(got) != 1 || got[0] != "c-12345" {
		t.Errorf("ids: %v", got)
	}
	if got := extract.Vendor(r); got != (capture.Vendor{}) {
		t.Errorf("of a success that broke off: %+v", got)
	}
	r.Status = 500
	if diff := cmp.Diff(capture.Vendor{Code: "E1", Message: "valor – é menor"}, extract.Vendor(r)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestVendorIsBounded(t *testing.T) {
	deep := strings.Repeat(`{"error":`, 10_000) + `{"code":"X"}` + strings.Repeat("}", 10_000)
	if got := extract.Vendor(answer("application/json", deep)); got != (capture.Vendor{}) {
		t.Errorf("got %+v from a bottomless body", got)
	}
	long := extract.Vendor(answer("application/json", `{"message":"`+strings.Repeat("é", 5000)+`"}`)).Message
	if len(long) > 510 || strings.ContainsRune(long, '�') {
		t.Errorf("a message of %d bytes, cut badly or not at all", len(long))
	}
}

func TestRequestIDs(t *testing.T) {
	x := &proxy.Exchange{
		Request: proxy.Request{Header: proxy.Fields{{Name: "x-correlation-id", Value: "c-1"}, {Name: "traceparent", Value: "00-ab-cd-01"}, {Name: "X-Request-ID", Value: "r-1"}}},
		Response: &proxy.Response{Header: proxy.Fields{
			{Name: "cf-ray", Value: "ray"}, {Name: "x-request-id", Value: "r-1"}, {Name: "X-Request-Id", Value: strings.Repeat("x", 300)},
		}},
	}
	want := []string{"r-1", "ray", "c-1", "00-ab-cd-01"}
	if diff := cmp.Diff(want, extract.RequestIDs(x, extract.BodyIDs(x.Response))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	x.Response.Header = proxy.Fields{{Name: "X-Azion-Request-Id", Value: "az-1"}, {Name: "X-Request-Idle", Value: "no"}}
	if got := extract.RequestIDs(x, nil); got[0] != "az-1" || len(got) != 4 {
		t.Errorf("of a gateway with a name of its own: %v", got)
	}
	x.Response = nil
	if got := extract.RequestIDs(x, extract.BodyIDs(x.Response)); len(got) != 3 || got[0] != "r-1" {
		t.Errorf("without an answer: %v", got)
	}
}

func TestRequestIDsOfBodies(t *testing.T) {
	tests := map[string]struct {
		kind, body string
		want       []string
	}{
		"top":                {"application/json", `{"requestId":"r-100","traceId":"t-100"}`, []string{"r-100", "t-100"}},
		"in the error":       {"application/json", `{"error":{"code":1,"fbtrace_id":"Ab12"}}`, []string{"Ab12"}},
		"in the list":        {"application/json", `{"errors":[{"code":"X","meta":{"correlation_id":"c-100"}}]}`, []string{"c-100"}},
		"top-level list":     {"application/json", `[{"errorCode":"X","requestId":"r-100"}]`, []string{"r-100"}},
		"xml":                {"application/xml", `<Error><Code>X</Code><RequestId>4442587FB7D0A2F9</RequestId></Error>`, []string{"4442587FB7D0A2F9"}},
		"xml inside":         {"text/xml", `<ErrorResponse><Error><Code>X</Code></Error><RequestID>b66d3e2b</RequestID></ErrorResponse>`, []string{"b66d3e2b"}},
		"instance is an id":  {"application/problem+json", `{"title":"x","instance":"urn:uuid:7d6f8a52-1b7e-4a55-9c2a-2f7a54f0b1aa"}`, []string{"7d6f8a52-1b7e-4a55-9c2a-2f7a54f0b1aa"}},
		"instance is a way":  {"application/problem+json", `{"title":"x","instance":"/v1/pix/17"}`, nil},
		"address":            {"application/json", `{"requestId":"https://a.example/r-100"}`, nil},
		"prose":              {"application/json", `{"protocolo":"ainda sem protocolo"}`, nil},
		"masked":             {"application/json", `{"requestId":"<token:k3f9qa2b>"}`, nil},
		"nobody's":           {"application/json", `{"id":"r-100","order":{"requestId":"o-100"}}`, nil},
		"broken":             {"application/json", `{"requestId":"r-100"`, nil},
		"of an occurrence":   {"application/vnd.api+json", `{"errors":[{"id":"err-55aa","code":"periodo_invalido","title":"x"}]}`, []string{"err-55aa"}},
		"of a thing":         {"application/json", `{"id":"ord-55aa","errors":[{"id":"12","code":"X"}]}`, nil},
		"an occurrence":      {"application/json", `{"erros":[{"codigo":"1","ocorrencia":"AF0Fs9YTPp0Lh4"},{"codigo":"2","ocorrencia":"RECUSADO"}]}`, []string{"AF0Fs9YTPp0Lh4"}},
		"in the message":     {"application/json", `{"error":{"message":"Erro interno. Request ID: req-77ab12."}}`, []string{"req-77ab12"}},
		"a firewall":         {"text/html", `<html><body>The requested URL was rejected.<br><br>Your support ID is: 1234567890<br></body></html>`, []string{"1234567890"}},
		"a delivery network": {"text/html", "<HTML><BODY>Access Denied<P>\nReference&#32;&#35;18&#46;9d3b1002&#46;1795\n</BODY></HTML>", []string{"18.9d3b1002.1795"}},
		"a frame":            {"text/html", `<html><body><iframe src="/x">Request unsuccessful. Incapsula incident ID: 778-1234</iframe></body></html>`, []string{"778-1234"}},
		"a text":             {"text/plain", "Internal error\nTrace ID: 4bf92f35", []string{"4bf92f35"}},
		"no ids":             {"text/plain", "The request 2026-11-20 is an error 500123: reference 12 of event 2026", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := answer(test.kind, test.body)
			r.Body.Complete = true
			if diff := cmp.Diff(test.want, extract.BodyIDs(r)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func FuzzVendor(f *testing.F) {
	f.Add("application/json", `{"error":{"code":1}}`)
	f.Add("text/xml", `<a><faultcode>b:c</faultcode>`)
	f.Fuzz(func(t *testing.T, kind, body string) {
		for _, id := range extract.BodyIDs(answer(kind, body)) {
			if id == "" || len(id) > 200 {
				t.Errorf("an id of %d bytes", len(id))
			}
		}
		v := extract.Vendor(answer(kind, body))
		if len(v.Code) > 80 || len(v.Message) > 520 || strings.ContainsAny(v.Code+v.Message, "\n\r") {
			t.Errorf("out of bounds: %+v", v)
		}
	})
}
