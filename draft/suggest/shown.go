package suggest

import (
	"bytes"
	"slices"
	"strings"

	"flagrante/draft"
	"flagrante/proxy"
)

// maxPage is how much of a page is looked at, in bytes.
const maxPage = 64 << 10

// The codes by which nginx tells that it does not accept the client's certificate, or
// misses one (ngx_http_ssl_module, "Error Processing").
const (
	certificateError    = 495
	certificateRequired = 496
)

// showsDenied reports whether all that is known of a group's answers refuse the credential,
// though their status or their words don't say so: the app is sent to a login, gets the
// page of one, or is told that its certificate is not accepted.
func showsDenied(e draft.Evidence) bool {
	found := ends(e)
	for _, f := range found {
		if r := f.Exchange.Response; r == nil || !sendsToLogin(r) && !isLogin(r) && !refusesCertificate(r, f.Vendor.Message) {
			return false
		}
	}
	return len(found) > 0
}

// sendsToLogin reports whether an answer sends the app on to where people log in.
func sendsToLogin(r *proxy.Response) bool {
	if r.Status < 300 || r.Status >= 400 {
		return false
	}
	to, _, _ := strings.Cut(strings.ToLower(r.Header.Get("Location")), "?")
	return containsAny(to, "login", "logon", "signin", "sign-in", "sign_in", "entrar", "sessao", "session", "expir")
}

// isLogin reports whether an answer is a page that asks for a password.
func isLogin(r *proxy.Response) bool {
	if !strings.Contains(strings.ToLower(r.Header.Get("Content-Type")), "html") {
		return false
	}
	page := lowered(r.Body.Data)
	return strings.Contains(page, "<form") && containsAny(page, `type="password"`, `type='password'`, `type=password`)
}

// refusesCertificate reports whether an answer, and not the handshake, refuses the
// certificate of the client.
func refusesCertificate(r *proxy.Response, message string) bool {
	switch r.Status {
	case certificateError, certificateRequired:
		return true
	case 400, 401, 403:
		told := strings.ToLower(message)
		if strings.Contains(strings.ToLower(r.Header.Get("Content-Type")), "html") {
			told += " " + lowered(r.Body.Data)
		}
		return containsAny(told, "the ssl certificate error", "no required ssl certificate", "client certificate", "certificado do cliente", "certificado de cliente", "certificado cliente")
	}
	return false
}

func lowered(data []byte) string {
	return string(bytes.ToLower(data[:min(len(data), maxPage)]))
}

func containsAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}
