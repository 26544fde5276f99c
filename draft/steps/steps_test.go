package steps_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/steps"
	"flagrante/proxy"
)

func json(method, url, body string, fields ...string) proxy.Request {
	r := proxy.Request{Method: method, URL: url, Proto: "HTTP/1.1", Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}}}
	for i := 0; i+1 < len(fields); i += 2 {
		r.Header = append(r.Header, proxy.Field{Name: fields[i], Value: fields[i+1]})
	}
	r.Body = proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}
	return r
}

func answer(status int, body string, fields ...string) *proxy.Response {
	r := &proxy.Response{Status: status, Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}}}
	for i := 0; i+1 < len(fields); i += 2 {
		r.Header = append(r.Header, proxy.Field{Name: fields[i], Value: fields[i+1]})
	}
	r.Body = proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}
	return r
}

// flow is a failure that three calls led to, and one did not.
func flow(base string) *capture.Failure {
	const token = "<token:6fnabapd>"
	calls := []capture.Call{
		{Exchange: proxy.Exchange{ID: "1", Request: json("POST", base+"/oauth/token", `{"client_id":"loja","client_secret":"<secret:qqqqaaaa>"}`),
			Response: answer(200, `{"access_token":"`+token+`"}`)},
			Links: []capture.Link{{From: "response.body/access_token", To: "request.header.Authorization", ToID: "3"}, {From: "response.body/access_token", To: "request.header.Authorization", ToID: "4"}}},
		{Exchange: proxy.Exchange{ID: "2", Request: json("GET", base+"/v1/saldo", ""), Response: answer(200, `{}`)}},
		{Exchange: proxy.Exchange{ID: "3", Request: json("POST", base+"/v1/charges", `{"cpf":"<cpf:hu5rmtxg>"}`, "Authorization", "Bearer "+token),
			Response: answer(201, `{"data":{"id":"chg_7f3a9b"}}`, "Location", base+"/v1/charges/chg_7f3a9b", "Set-Cookie", "session=s-123456; Path=/")},
			Links: []capture.Link{{From: "response.header.Location.path/2", To: "request.url.path/2", ToID: "4"}, {From: "response.body/data/id", To: "request.url.path/2", ToID: "4"},
				{From: "response.header.Set-Cookie.session", To: "request.header.Cookie.session", ToID: "4"}}},
	}
	return &capture.Failure{ID: "4", Time: time.Unix(0, 0), Before: calls, Exchange: proxy.Exchange{ID: "4",
		Request:  json("POST", base+"/v1/charges/chg_7f3a9b/capture?trace=<token>", `{"cpf":"<cpf:hu5rmtxg>"}`, "Authorization", "Bearer "+token, "Cookie", "session=s-123456"),
		Response: answer(500, `{}`)}}
}

func evidence(f *capture.Failure) draft.Evidence { return draft.Evidence{First: f, Last: f} }

func TestOnlyTheCallsThatMatterWithValuesCarried(t *testing.T) {
	p, _ := steps.Of(evidence(flow("https://api.bank.example")))
	type call struct{ URL, Command string }
	var got []call
	for i := range p.Calls {
		got = append(got, call{p.Calls[i].Exchange.Request.URL, p.Command(i)})
	}
	want := []call{
		{"https://api.bank.example/oauth/token", `curl -o step-1.body 'https://api.bank.example/oauth/token' \
  -H 'Content-Type: application/json' \
  -H 'User-Agent:' \
  -H 'Accept:' \
  --data-raw '{"client_id":"loja","client_secret":"'"$SECRET"'"}'
ACCESS_TOKEN_1=$(jq -r '.access_token' step-1.body | tr -d '\r\n')`},
		{"https://api.bank.example/v1/charges", `curl -D step-2.head -o step-2.body 'https://api.bank.example/v1/charges' \
  -H 'Content-Type: application/json' \
  -H 'Authorization: Bearer '"$ACCESS_TOKEN_1" \
  -H 'User-Agent:' \
  -H 'Accept:' \
  --data-raw '{"cpf":"'"$CPF"'"}'
CHARGE_ID_2=$(jq -r '.data.id' step-2.body | tr -d '\r\n')
SESSION_2=$(sed -n 's/^[Ss]et-[Cc]ookie: *session=\([^;]*\).*/\1/p' step-2.head | tail -n 1 | tr -d '\r\n')`},
		{"https://api.bank.example/v1/charges/chg_7f3a9b/capture?trace=<token>", `curl --globoff --path-as-is 'https://api.bank.example/v1/charges/'"$CHARGE_ID_2"'/capture?trace='"$TOKEN" \
  -H 'Content-Type: application/json' \
  -H 'Authorization: Bearer '"$ACCESS_TOKEN_1" \
  -H 'Cookie: session='"$SESSION_2" \
  -H 'User-Agent:' \
  -H 'Accept:' \
  --data-raw '{"cpf":"'"$CPF"'"}'`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	fill := []steps.Variable{{Name: "SECRET", Kind: "secret", Where: "request.body/client_secret"}, {Name: "CPF", Kind: "cpf", Where: "request.body/cpf"}, {Name: "TOKEN", Kind: "token", Where: "request.url/trace"}}
	if diff := cmp.Diff(fill, p.Fill); diff != "" {
		t.Errorf("to fill in (-want +got):\n%s", diff)
	}
}

func TestNamesAreNeverThoseOfPrograms(t *testing.T) {
	f := flow("https://api.bank.example")
	f.Before[0].Exchange.Response = answer(200, `{"HTTPS_PROXY":"<token:6fnabapd>"}`)
	f.Before[0].Links = []capture.Link{{From: "response.body/HTTPS_PROXY", To: "request.header.Authorization", ToID: "4"}}
	p, _ := steps.Of(evidence(f))
	if got := p.Calls[0].Takes[0].Name; got != "HTTPS_PROXY_1" {
		t.Errorf("the value is put into %s", got)
	}
}

func TestCapturedTextNeverBecomesAVariable(t *testing.T) {
	f := flow("https://api.bank.example")
	f.Exchange.Request = json("POST", "https://api.bank.example/x", "\ue000PATH\ue001 $PATH $(id) `id`", "X", "\ue000HOME\ue001")
	f.Before = nil
	p, _ := steps.Of(evidence(f))
	command := p.Command(0)
	if strings.Contains(command, `"$`) || len(p.Fill) != 0 {
		t.Errorf("%s", command)
	}
}

func TestAValueThatNoCommandTakesIsFilledIn(t *testing.T) {
	f := flow("https://api.bank.example")
	f.Before[2].Exchange.Response = answer(201, "", "X;rm", "chg_7f3a9b")
	f.Before[2].Links = []capture.Link{{From: "response.header.X;rm", To: "request.url.path/2", ToID: "4"}}
	p, _ := steps.Of(evidence(f))
	last := p.Fill[len(p.Fill)-1]
	found := false
	for _, v := range p.Fill {
		found = found || v.Where == "response.header.X;rm" && v.Step == 2
	}
	if !found || strings.Contains(p.Command(1), "rm") {
		t.Errorf("to fill in: %+v; %+v\n%s", p.Fill, last, p.Command(1))
	}
}

func TestAttempts(t *testing.T) {
	f := flow("https://api.bank.example")
	f.Attempt = 3
	p, _ := steps.Of(evidence(f))
	if p.Attempts != 2 || len(p.Calls) != 3 {
		t.Errorf("%d attempts before, %d calls", p.Attempts, len(p.Calls))
	}
}

func TestHTTPFile(t *testing.T) {
	p, _ := steps.Of(evidence(flow("https://api.bank.example")))
	got := p.HTTPFile(draft.English)
	for _, want := range []string{"# {{SECRET}}: secret, in request.body/client_secret\n", "# {{CHARGE_ID_2}}: value that the answer of step 2 gives in response.body/data/id\n",
		"### 3. POST https://api.bank.example/v1/charges/chg_7f3a9b/capture\nPOST https://api.bank.example/v1/charges/{{CHARGE_ID_2}}/capture?trace={{TOKEN}} HTTP/1.1\n", "Authorization: Bearer {{ACCESS_TOKEN_1}}\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the file has not %q:\n%s", want, got)
		}
	}
}

// A mask that stands whole in JSON is a variable, whatever its kind; a tag of a page is
// not.
func TestAnyMaskInJSONIsAVariable(t *testing.T) {
	f := flow("https://api.bank.example")
	f.Exchange.Request = json("POST", "https://api.bank.example/x", `{"nome":"<name>","chave":"<email>","html":"<br>","xml":"<name>a</name>"}`)
	f.Before = nil
	p, _ := steps.Of(evidence(f))
	want := []steps.Variable{{Name: "NAME", Kind: "name", Where: "request.body/nome"}, {Name: "EMAIL", Kind: "email", Where: "request.body/chave"}}
	if diff := cmp.Diff(want, p.Fill); diff != "" {
		t.Errorf("to fill in (-want +got):\n%s", diff)
	}
	if command := p.Command(0); !strings.Contains(command, `{"nome":"'"$NAME"'","chave":"'"$EMAIL"'","html":"<br>","xml":"<name>a</name>"}`) {
		t.Error(command)
	}
}
