package text

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/words"
	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// Outcome says in a few words what came of the call: the status of the answer,
// or why there was none. The phrase beside a status is the standard's, not the
// vendor's.
func Outcome(lang draft.Lang, f *capture.Failure) string {
	x := &f.Exchange
	switch {
	case x.Response != nil && f.Kind == capture.KindTruncated && unreadable(f) != "":
		return words.Text(lang, "outcome.unreadable", map[string]string{"status": strconv.Itoa(x.Response.Status), "what": unreadable(f)})
	case x.Response != nil && f.Kind == capture.KindTruncated:
		return words.Text(lang, "outcome.truncated", map[string]string{"status": strconv.Itoa(x.Response.Status)})
	case x.Response != nil && f.Kind == capture.KindContract:
		return words.Text(lang, "outcome.contract", map[string]string{"status": strconv.Itoa(x.Response.Status)})
	case x.Response != nil && hasReason(f, "expose.stranger"):
		return words.Text(lang, "outcome.stranger", map[string]string{"status": strconv.Itoa(x.Response.Status)})
	case x.Response != nil && hasReason(f, "judge.body.html"):
		return words.Text(lang, "outcome.page", map[string]string{"status": strconv.Itoa(x.Response.Status)})
	case x.Response != nil && f.Kind == capture.KindBodyError && x.Response.Status >= 300 && x.Response.Status < 400:
		return words.Text(lang, "outcome.redirect", map[string]string{"status": strconv.Itoa(x.Response.Status)})
	case x.Response != nil && (f.Kind == capture.KindBodyError || f.Kind == capture.KindSlow):
		return words.Text(lang, "outcome."+string(f.Kind), map[string]string{"status": strconv.Itoa(x.Response.Status)})
	case f.Kind == capture.KindClientAbort:
		return words.Text(lang, "outcome.client_abort", nil)
	case x.Response != nil:
		return status(x.Response.Status)
	case x.Err != nil && expired(f):
		return words.Word(lang, "error", "tls_certificate_expired")
	case x.Err != nil && fault.FlawOf(x.Err) != fault.FlawUnknown:
		return words.Word(lang, "error", "tls_certificate_"+string(fault.FlawOf(x.Err)))
	case x.Err != nil && mutual(x.Err):
		return words.Word(lang, "error", "tls_client_certificate")
	case x.Err != nil:
		return words.Word(lang, "error", x.Err.Type)
	case x.Aborted:
		return words.Text(lang, "outcome.gave_up", nil)
	}
	return words.Text(lang, "outcome.unknown", nil)
}

// unreadable says why an answer that came whole can't be read, empty where that is
// not what is wrong with it.
func unreadable(f *capture.Failure) string {
	for _, r := range f.Reasons {
		if r.Key == "judge.unreadable" {
			return r.Args["what"]
		}
	}
	return ""
}

func status(code int) string {
	return strings.TrimSpace(strconv.Itoa(code) + " " + http.StatusText(code))
}

func hasReason(f *capture.Failure, key string) bool {
	return slices.ContainsFunc(f.Reasons, func(r capture.Reason) bool { return r.Key == key })
}

// mutual reports whether the server ended the handshake for want of a certificate of
// the client: the alert certificate_required (RFC 8446, section 6.2), or what a browser
// makes of it.
func mutual(err *proxy.Error) bool {
	return err.Type == "tls_alert_received" && strings.Contains(err.Text, "certificate required") || strings.Contains(err.Text, "ERR_SSL_CLIENT_AUTH_CERT_NEEDED")
}

// expired reports whether the vendor's certificate was refused and, when the
// call was made, no longer valid.
func expired(f *capture.Failure) bool {
	end := f.Exchange.Upstream.CertNotAfter
	return f.Exchange.Err.Type == "tls_certificate_error" && !end.IsZero() && end.Before(f.Exchange.Start)
}
