package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/decode/decodetest"
	"flagrante/capture/redact"
	"flagrante/proxy"
)

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.c2lnbmF0dXJl"

func request(url string, header proxy.Fields, body string) *proxy.Exchange {
	return &proxy.Exchange{Request: proxy.Request{URL: url, Header: header, Body: proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}}}
}

func TestHeaderFields(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"Authorization", "Bearer hunter2", "Bearer <token>"},
		{"authorization", "Basic aHVudGVyMg==", "Basic <token>"},
		{"Authorization", "hunter2", "<token>"},
		{"Authorization", `Digest username="a", response="hunter2"`, "Digest <token>"},
		{"Proxy-Authorization", "Basic aHVudGVyMg==", "Basic <token>"},
		{"Cookie", "sid=hunter2; theme=hunter2", "sid=<cookie>; theme=<cookie>"},
		{"Cookie", "hunter2", "<cookie>"},
		{"Set-Cookie", "sid=hunter2; Path=/; HttpOnly", "sid=<cookie>; Path=/; HttpOnly"},
		{"X-Api-Key", "hunter2", "<token>"},
		{"X-Vendor-ApiKey", "hunter2", "<token>"},
		{"Ocp-Apim-Subscription-Key", "hunter2", "<token>"},
		{"X-Auth-Token", "hunter2", "<token>"},
		{"X-Csrf-Token", "hunter2", "<token>"},
		{"X-Amz-Security-Token", "hunter2", "<token>"},
		{"Client-Secret", "hunter2", "<token>"},
		{"X-Hub-Signature-256", "sha256=hunter2", "<token>"},
		{"Location", "https://app.example/cb?code=hunter2&state=s#access_token=hunter2", "https://app.example/cb?code=%3Ctoken%3E&state=s#access_token=%3Ctoken%3E"},
		{"Referer", "https://ana:hunter2@app.example/x", "https://%3Csecret%3E@app.example/x"},
		{"X-Whatever", "token " + jwt, "token <token>"},
		{"X-Whatever", "Bearer hunter2hunter2", "Bearer <token>"},
		{"Idempotency-Key", "k-1", "k-1"},
		{"X-Request-Id", "r-1", "r-1"},
		{"Www-Authenticate", `Bearer error="invalid_token"`, `Bearer error="invalid_token"`},
		{"Content-Type", "application/json", "application/json"},
		{"Access-Control-Allow-Credentials", "true", "true"},
		{"User-Agent", "curl/8.5.0", "curl/8.5.0"},
		{"X-Api-Key", "", ""},
	}
	for _, test := range tests {
		out, marks := redact.New().Exchange(request("https://a.example/", proxy.Fields{{Name: test.name, Value: test.value}}, ""))
		if got := out.Request.Header[0].Value; got != test.want {
			t.Errorf("%s: %s became %s, want %s", test.name, test.value, got, test.want)
		}
		if masked := test.value != test.want; masked != (len(marks) > 0) {
			t.Errorf("%s: marks %v", test.name, marks)
		}
	}
}

func TestURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://a.example/v1?token=hunter2&x=1":                 "https://a.example/v1?token=%3Ctoken%3E&x=1",
		"https://a.example/v1?x=1;access%5Ftoken=hunter2":        "https://a.example/v1?x=1;access%5Ftoken=%3Ctoken%3E",
		"https://a.example/v1?gw-dev-app-key=hunter2":            "https://a.example/v1?gw-dev-app-key=%3Ctoken%3E",
		"https://a.example/v1?key=hunter2":                       "https://a.example/v1?key=%3Ctoken%3E",
		"https://a.example/v1?X-Amz-Signature=hunter2&a":         "https://a.example/v1?X-Amz-Signature=%3Ctoken%3E&a",
		"https://ana:hunter2@a.example/":                         "https://%3Csecret%3E@a.example/",
		"https://a.example/cb?code=hunter2&state=x":              "https://a.example/cb?code=%3Ctoken%3E&state=x",
		"https://a.example/t/" + jwt + "/x":                      "https://a.example/t/%3Ctoken%3E/x",
		"https://a.example/v1?code=123&page=2&inicio=2026-01-01": "https://a.example/v1?code=123&page=2&inicio=2026-01-01",
		"https://a.example/v1?":                                  "https://a.example/v1?",
		"https://a.example/v1?token=&b=%zz&&=":                   "https://a.example/v1?token=&b=%zz&&=",
	} {
		out, _ := redact.New().Exchange(request(raw, nil, ""))
		if out.Request.URL != want {
			t.Errorf("%s became %s, want %s", raw, out.Request.URL, want)
		}
	}
}

func TestBodies(t *testing.T) {
	tests := map[string]struct{ kind, body, want string }{
		"json":             {"application/json", `{ "senha" : "hunter2", "valor": 10.50 }`, `{ "senha" : "<password>", "valor": 10.50 }`},
		"number":           {"application/json", `{"pin":1234,"n":1e5}`, `{"pin":"<password>","n":1e5}`},
		"nested":           {"application/json", `{"a":[{"client_secret":"hunter2"}],"b":null}`, `{"a":[{"client_secret":"<token>"}],"b":null}`},
		"object of tokens": {"application/json", `{"tokens":{"a":"hunter2","b":["hunter2",1,true]},"c":"x"}`, `{"tokens":{"a":"<token>","b":["<token>","<token>",true]},"c":"x"}`},
		"escaped name":     {"application/json", `{"s\u0065nha":"hunter2"}`, `{"s\u0065nha":"<password>"}`},
		"escaped value":    {"application/json", `{"senha":"hun\"ter2","x":"y"}`, `{"senha":"<password>","x":"y"}`},
		"value, not name":  {"application/json", `{"campo":"senha","x":"y"}`, `{"campo":"senha","x":"y"}`},
		"null":             {"application/json", `{"senha":null,"token":true,"x":""}`, `{"senha":null,"token":true,"x":""}`},
		"token type stays": {"application/json", `{"access_token":"hunter2","token_type":"Bearer","expires_in":300}`, `{"access_token":"<token>","token_type":"Bearer","expires_in":300}`},
		"cut off":          {"application/json", `{"a":1,"senha":"hunt`, `{"a":1,"senha":"<password>"`},
		"ndjson":           {"application/x-ndjson", "{\"senha\":\"hunter2\"}\n{\"senha\":\"hunter2\"}\n", "{\"senha\":\"<password>\"}\n{\"senha\":\"<password>\"}\n"},
		"json as text":     {"text/plain", `[{"password":"hunter2"}]`, `[{"password":"<password>"}]`},
		"form":             {"application/x-www-form-urlencoded", "grant_type=authorization_code&code=hunter2&client_secret=hunter2&scope=pix", "grant_type=authorization_code&code=%3Ctoken%3E&client_secret=%3Ctoken%3E&scope=pix"},
		"xml":              {"text/xml", `<a><ns:Senha x="1">hunter2</ns:Senha><b token='hunter2'>2</b></a>`, `<a><ns:Senha x="1">&lt;password&gt;</ns:Senha><b token='&lt;token&gt;'>2</b></a>`},
		"jwt in text":      {"text/plain", "got " + jwt + ".", "got <token>."},
		"private key":      {"text/plain", "x\n-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----\ny", "x\n<private_key>\ny"},
		"json in a string": {"application/json", `{"a":"{\"senha\":\"hunter2\",\"x\":1}","b":2}`, `{"a":"{\"senha\":\"<password>\",\"x\":1}","b":2}`},
		"form in a string": {"application/json", `{"body":"grant_type=x&client_secret=hunter2"}`, `{"body":"grant_type=x&client_secret=%3Ctoken%3E"}`},
		"base64 of json":   {"application/json", `{"p":"` + base64.StdEncoding.EncodeToString([]byte(`{"senha":"hunter2"}`)) + `","q":"` + base64.StdEncoding.EncodeToString([]byte(`{"valor":1}`)) + `"}`, `{"p":"` + base64.StdEncoding.EncodeToString([]byte(`{"senha":"<password>"}`)) + `","q":"` + base64.StdEncoding.EncodeToString([]byte(`{"valor":1}`)) + `"}`},
		"string, no form":  {"application/json", `{"q":"a=b and token=hunter2"}`, `{"q":"a=b and token=<token>"}`},
		"events":           {"text/event-stream", "event: x\ndata: {\"access_token\":\"hunter2\"}\n\n", "event: x\ndata: {\"access_token\":\"<token>\"}\n\n"},
		"multipart": {"multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"senha\"\r\n\r\nhunter2\r\n--B\r\nContent-Disposition: form-data; name=\"valor\"\r\n\r\n10\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\nContent-Type: application/json\r\n\r\n{\"token\":\"hunter2\"}\r\n--B\r\nContent-Disposition: form-data; name=\"pic\"\r\nContent-Type: image/png\r\n\r\n\x00\xff\r\n--B--\r\n",
			"--B\r\nContent-Disposition: form-data; name=\"senha\"\r\n\r\n<password>\r\n--B\r\nContent-Disposition: form-data; name=\"valor\"\r\n\r\n10\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\nContent-Type: application/json\r\n\r\n{\"token\":\"<token>\"}\r\n--B\r\nContent-Disposition: form-data; name=\"pic\"\r\nContent-Type: image/png\r\n\r\n<binary> (image/png, 2 bytes)\r\n--B--\r\n"},
		"multipart cut off": {"multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"senha\"\r\n\r\nhunt", "--B\r\nContent-Disposition: form-data; name=\"senha\"\r\n\r\n<password>"},
		"nothing secret":    {"application/json", `{"valor":"10.00","chave":"x","idempotencyKey":"k"}`, `{"valor":"10.00","chave":"x","idempotencyKey":"k"}`},
		"binary":            {"application/octet-stream", "\x00\xff\x01", "<binary> (application/octet-stream, 3 bytes)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			x := request("https://a.example/", proxy.Fields{{Name: "Content-Type", Value: test.kind}}, test.body)
			out, marks := redact.New().Exchange(x)
			if diff := cmp.Diff(test.want, string(out.Request.Body.Data)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if masked := test.body != test.want; masked != (len(marks) > 0) {
				t.Errorf("marks %v", marks)
			}
			if string(x.Request.Body.Data) != test.body {
				t.Error("the exchange that was given has been changed")
			}
		})
	}
}

func TestPackedBody(t *testing.T) {
	packed := decodetest.Pack(t, "gzip", []byte(`{"access_token":"hunter2"}`))
	x := &proxy.Exchange{Response: &proxy.Response{
		Header: proxy.Fields{{Name: "Content-Encoding", Value: "gzip"}},
		Body:   proxy.Body{Data: packed, Size: int64(len(packed)), Complete: true},
	}}
	out, _ := redact.New().Exchange(x)
	body := out.Response.Body
	if got := string(body.Data); got != `{"access_token":"<token>"}` || !body.Decoded || body.Size != x.Response.Body.Size {
		t.Errorf("got %q, decoded %v, size %d", got, body.Decoded, body.Size)
	}
}

// What a reader of the coding does not reach would stay as it is in packed bytes.
func TestNothingIsKeptThatWasNotLookedAt(t *testing.T) {
	pack := func(coding string) string { return string(decodetest.Pack(t, coding, []byte(`{"nome":"loja"}`))) }
	const secret = `{"senha":"S3gr3d0Xk29"}`
	for name, test := range map[string]struct{ coding, data string }{
		"behind gzip":    {"gzip", pack("gzip") + secret},
		"behind zlib":    {"deflate", pack("deflate") + secret},
		"behind deflate": {"deflate", pack(decodetest.Raw) + secret},
		"not gzip":       {"gzip", secret},
		"not deflate":    {"deflate", secret},
		"not brotli":     {"br", secret},
		"not zstd":       {"zstd", secret},
	} {
		x := &proxy.Exchange{Response: &proxy.Response{
			Header: proxy.Fields{{Name: "Content-Encoding", Value: test.coding}, {Name: "Content-Type", Value: "application/json"}},
			Body:   proxy.Body{Data: []byte(test.data), Size: int64(len(test.data)), Complete: true},
		}}
		out, _ := redact.New().Exchange(x)
		if strings.Contains(string(out.Response.Body.Data), "S3gr3d0Xk29") {
			t.Errorf("%s: kept %q", name, out.Response.Body.Data)
		}
	}
}

func TestBodyThatCannotBeUnpackedIsNotKept(t *testing.T) {
	x := &proxy.Exchange{Response: &proxy.Response{
		Header: proxy.Fields{{Name: "Content-Encoding", Value: "x-secret-packer"}},
		Body:   proxy.Body{Data: []byte("\xff\xfepacked"), Size: 8, Complete: true},
	}}
	out, marks := redact.New().Exchange(x)
	if body := out.Response.Body; string(body.Data) != "<binary> (unknown type, 8 bytes)" || body.Size != 8 || len(marks) != 1 || marks[0].Kind != "binary" {
		t.Errorf("kept %+v with marks %v", body, marks)
	}
}

func TestMarksSayWhereAndNeverWhat(t *testing.T) {
	x := request("https://a.example/?token=hunter2", proxy.Fields{{Name: "Authorization", Value: "Bearer hunter2"}}, `{"a":{"senha":"hunter2"}}`)
	x.Tunnel = proxy.Fields{{Name: "Proxy-Authorization", Value: "Basic hunter2"}}
	x.Response = &proxy.Response{Header: proxy.Fields{{Name: "Set-Cookie", Value: "a=hunter2"}}, Trailer: proxy.Fields{{Name: "X-Token", Value: "hunter2"}}}
	out, marks := redact.New().Exchange(x)
	where := func(r capture.Redaction) string { return r.Where }
	var places []string
	for _, r := range marks {
		places = append(places, where(r))
	}
	want := []string{
		"tunnel.header.Proxy-Authorization", "request.url.query.token", "request.header.Authorization", "request.body/a/senha",
		"response.header.Set-Cookie", "response.trailer.X-Token",
	}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if all := fmt.Sprintf("%+v %s %+v %+v", out, out.Request.Body.Data, *out.Response, marks); strings.Contains(all, "hunter2") {
		t.Errorf("a secret is left: %s", all)
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"senha":"x","a":[1,{"token":2}]}`)
	f.Add(`{"senha":`)
	// What a Redactor has seen before changes the way that it goes, so that an input can't
	// always be made smaller: run it with -fuzzminimizetime=20x.
	r := redact.New()
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 1<<14 {
			return
		}
		once, _ := r.Exchange(request("https://a.example/", nil, body))
		if json.Valid([]byte(body)) && !json.Valid(once.Request.Body.Data) {
			t.Errorf("%s became %s, which is no JSON", body, once.Request.Body.Data)
		}
		twice, _ := r.Exchange(&once)
		if !slices.Equal(once.Request.Body.Data, twice.Request.Body.Data) {
			t.Errorf("masking %q twice gives %q", once.Request.Body.Data, twice.Request.Body.Data)
		}
	})
}

// TestElementsAreNoMasks holds that XML whose first element has a name like that of a
// kind stays XML when it is masked again.
func TestElementsAreNoMasks(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	const sent = `<req><login senha="f0rmS3nha9"/><cpf>52998224725</cpf></req>`
	kept, _ := r.Exchange(answered("https://api.bank.example/x", "text/xml", sent))
	if got, want := string(kept.Response.Body.Data), `<req><login senha="&lt;password&gt;"/><cpf>52998224725</cpf></req>`; got != want {
		t.Errorf("kept is %s", got)
	}
	mask, _ := r.Text("", "CPF 529.982.247-25")
	leaving, _ := r.Personal(&kept)
	if got, want := string(leaving.Response.Body.Data), `<req><login senha="&lt;password&gt;"/><cpf>&lt;`+mask[len("CPF <"):len(mask)-1]+`&gt;</cpf></req>`; got != want {
		t.Errorf("leaving is %s, want %s", got, want)
	}
}

// TestMaskedFieldsInTextStay holds that fields of a header, once masked, stay as they
// are when the text that they stand in is looked at again.
func TestMaskedFieldsInTextStay(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	for _, text := range []string{
		"Link: <https://api.bank.example/v1/itens?page=2&api_key=%3Ctoken:prerslxy%3E>; rel=\"next\"\n",
		`'{"dados":"cpf=<cpf:7vg5mbnp>&senha=<password>&id=9","xml":"<c><cpf>&lt;cpf:7vg5mbnp&gt;</cpf></c>"}'`,
		"Set-Cookie: __Host-sess=<cookie:7vg5mbnp>; Path=/; Secure; HttpOnly; SameSite=Lax\n",
	} {
		if got, marks := r.Leaving("text/plain", []byte(text)); string(got) != text {
			t.Errorf("%s became %s %v", text, got, marks)
		}
	}
	got, _ := r.Leaving("text/plain", []byte("Set-Cookie: a=<cookie:7vg5mbnp>; Path=/; sess=k7j6h5g4f3d2s1"))
	if want := "Set-Cookie: a=<cookie:7vg5mbnp>; Path=/; sess=<cookie>"; string(got) != want {
		t.Errorf("a cookie behind attributes: %s", got)
	}
}
