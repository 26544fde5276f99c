package text_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/text"
)

func TestTitle(t *testing.T) {
	with := func(change func(*capture.Failure)) draft.Evidence {
		f := unavailable()
		change(f)
		return once(f)
	}
	tests := []struct {
		name string
		e    draft.Evidence
		lang draft.Lang
		want string
	}{
		{"code and message", once(unavailable()), draft.Portuguese,
			"POST /v1/charges: 503 Service Unavailable – SRV-001 – Serviço temporariamente indisponível"},
		{"a code alone", once(unauthorized()), draft.English, "POST /v1/charges: 401 Unauthorized – invalid_token"},
		{"a code that repeats the status", with(func(f *capture.Failure) { f.Vendor = capture.Vendor{Code: "503", Message: "Fora do ar"} }),
			draft.English, "POST /v1/charges: 503 Service Unavailable – Fora do ar"},
		{"a message that repeats the code", with(func(f *capture.Failure) { f.Vendor = capture.Vendor{Code: "E7", Message: "E7 fora do ar"} }),
			draft.English, "POST /v1/charges: 503 Service Unavailable – E7 fora do ar"},
		{"a message that repeats the phrase", with(func(f *capture.Failure) { f.Vendor = capture.Vendor{Message: "Service unavailable."} }),
			draft.English, "POST /v1/charges: 503 Service Unavailable"},
		{"a code that repeats the phrase", with(func(f *capture.Failure) {
			f.Vendor = capture.Vendor{Code: "SERVICE_UNAVAILABLE", Message: "Volte às 14h"}
		}), draft.English, "POST /v1/charges: 503 Service Unavailable – Volte às 14h"},
		{"nothing from the vendor", once(refused()), draft.Portuguese, "GET /v1/balances/{id}: conexão recusada"},
		{"a host without a path", with(func(f *capture.Failure) { f.Endpoint, f.Vendor = "POST api.bank.example", capture.Vendor{} }),
			draft.English, "POST api.bank.example: 503 Service Unavailable"},
		{"a long path leaves room for the outcome", with(func(f *capture.Failure) {
			f.Endpoint, f.Vendor = "POST api.bank.example/"+strings.Repeat("very/long/", 20), capture.Vendor{}
		}), draft.English, "POST /very/long/very/long/very/long/very/long/very/long…: 503 Service Unavailable"},
		{"what must not be in a subject", with(func(f *capture.Failure) {
			f.Vendor = capture.Vendor{Message: "a\r\nBcc: x@y\x00\u202e\x1b[2J  b\xff"}
		}), draft.English, "POST /v1/charges: 503 Service Unavailable – a Bcc: x@y[2J b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := text.Title(tt.e, options(t, tt.lang).Profile, tt.lang); got != tt.want {
				t.Errorf("Title = %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzTitle(f *testing.F) {
	f.Add("POST", "POST h/a", "code", strings.Repeat("long message ", 30))
	f.Add("\n", "\u202e", "\x1b", "\xff")
	f.Fuzz(func(t *testing.T, method, endpoint, code, message string) {
		failure := unavailable()
		failure.Endpoint, failure.Exchange.Request.Method = endpoint, method
		failure.Vendor = capture.Vendor{Code: code, Message: message}
		got := text.Title(once(failure), options(t, draft.Portuguese).Profile, draft.Portuguese)
		if n := utf8.RuneCountInString(got); n > text.MaxTitle || !strings.Contains(got, "503") {
			t.Errorf("the title %q has %d runes", got, n)
		}
		if got != strings.TrimSpace(text.OneLine(got)) {
			t.Errorf("the title %q is not one clean line", got)
		}
	})
}

func TestTitleOfAHost(t *testing.T) {
	e := many(unavailable(), 12, time.Minute)
	e.Group.Method, e.Group.Endpoint = "", e.Group.Host+"/*"
	e.Group.Members = []capture.Member{{Endpoint: "POST api.bank.example/v1/charges", Count: 9}, {Endpoint: "GET api.bank.example/v1/pix", Count: 3}}
	want := "api.bank.example (2 endpoints): 503 Service Unavailable – SRV-001 – Serviço temporariamente indisponível"
	if got := text.Title(e, options(t, draft.English).Profile, draft.English); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	d := composed(t, e, draft.English)
	ticket := text.Markdown(d, options(t, draft.English))
	for _, want := range []string{"**All endpoints that fail:** 2", "`GET api.bank.example/v1/pix`: 3×", "Send `POST https://api.bank.example/v1/charges`"} {
		if !strings.Contains(ticket, want) {
			t.Errorf("the ticket lacks %q:\n%s", want, ticket)
		}
	}
}

func TestTitleNeverSaysThatAFailureIsOK(t *testing.T) {
	for _, kind := range []capture.Kind{capture.KindBodyError, capture.KindSlow} {
		f := unavailable()
		f.Kind, f.Exchange.Response.Status = kind, 200
		for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
			if title := text.Title(once(f), options(t, lang).Profile, lang); strings.Contains(title, "OK") || !strings.Contains(title, "(HTTP 200)") {
				t.Errorf("%s: %s", kind, title)
			}
		}
	}
}
