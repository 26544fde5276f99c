package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// TestCodedShapes holds that values are found in codings and formats that the corpus can't
// hold as text.
func TestCodedShapes(t *testing.T) {
	const secret, cpf = "q7w3e9r1t5y8u2i6o4p0", "52998224725"
	packed := "\x82\xa5senha\xb4" + secret + "\xa3cpf\xab" + cpf
	concise := "\xa2\x65senha\x74" + secret + "\x63cpf\x6b" + cpf
	for name, c := range map[string]struct{ kind, text string }{
		"MessagePack of the wrong type":  {"application/json", packed},
		"CBOR of the wrong type":         {"text/plain", concise},
		"MessagePack in base64":          {"application/json", `{"dados":"` + base64.StdEncoding.EncodeToString([]byte(packed)) + `"}`},
		"CBOR in base64url":              {"application/json", `{"dados":"` + base64.RawURLEncoding.EncodeToString([]byte(concise)) + `"}`},
		"hexadecimal with its prefix":    {"application/json", `{"data":"0x` + hex.EncodeToString([]byte(`{"senha":"`+secret+`","cpf":"`+cpf+`"}`)) + `"}`},
		"quoted-printable, broken lines": {"text/plain", "Content-Transfer-Encoding: quoted-printable\n\nsenha=3D" + secret[:9] + "=\n" + secret[9:] + "\ncpf=3D" + cpf},
		"names of full width":            {"application/json", `{"ｓｅｎｈａ":"` + secret + `","ｃｐｆ":"` + cpf + `"}`},
		"elements beyond all depth":      {"application/xml", strings.Repeat("<a>", 600) + "<senha>" + secret + "</senha><cpf>" + cpf + "</cpf>" + strings.Repeat("</a>", 600) + "<fim/>"},
		"the frame of a table":           {"text/plain", "+---+---+\n| senha | cpf |\n+---+---+\n| " + secret + " | " + cpf + " |\n+---+---+\n"},
		"the name of a file":             {"text/plain", "senha=" + secret + " extrato_" + cpf + "_2026.pdf"},
	} {
		x := request("https://api.banco.example/", proxy.Fields{{Name: "Content-Type", Value: c.kind}}, c.text)
		masked, _ := redact.New(redact.WithKey(testKey())).Personal(x)
		text := rendered(masked)
		for _, v := range []string{secret, secret[:9], secret[9:], cpf} {
			for _, coded := range []string{v, hex.EncodeToString([]byte(v)), core(v)} {
				if strings.Contains(text, coded) {
					t.Errorf("%s: %q is left in %.400q", name, coded, text)
				}
			}
		}
	}
}

// core is a value in base64 without what its neighbours have a part in.
func core(v string) string { return base64.RawStdEncoding.EncodeToString([]byte(v))[:len(v)-3] }

// TestLinksKeepTheirForm holds that of addresses in fields only the secrets are masked.
func TestLinksKeepTheirForm(t *testing.T) {
	r := redact.New()
	for value, want := range map[string]string{
		`</p?page=2&access_token=q7w3e9r1t5y8u2i6>; rel="next", <https://a.example/x?page=9>; rel="last"`: `</p?page=2&access_token=%3Ctoken%3E>; rel="next", <https://a.example/x?page=9>; rel="last"`,
		`</style.css>; rel=preload; as=style`: `</style.css>; rel=preload; as=style`,
		`<cut off`:                            `<cut off`,
	} {
		x := request("https://api.banco.example/", proxy.Fields{{Name: "Link", Value: value}}, "")
		masked, _ := r.Personal(x)
		if got := masked.Request.Header.Get("Link"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
