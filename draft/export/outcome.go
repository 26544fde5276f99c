package export

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"flagrante/draft"
)

// unclear is the outcome after which a ticket may exist.
func unclear(what string) (draft.ReceiptState, string) {
	return draft.ReceiptUnknown, what + ". A ticket may exist: look for the fingerprint in the portal before sending again"
}

// lost judges a create that got no answer. Once there was a connection, the
// request may have arrived.
func lost(err error, connected bool) (draft.ReceiptState, string) {
	if connected {
		return unclear("the portal's answer was lost: " + cause(err).Error())
	}
	return draft.ReceiptFailed, "nothing was sent: " + cause(err).Error()
}

// cause says in words why there was no answer, with what to do, and without the
// address that net/http puts before it.
func cause(err error) error {
	var certificate *tls.CertificateVerificationError
	var name *net.DNSError
	var wrapped *url.Error
	switch {
	case errors.Is(err, errPrivate):
		return errPrivate
	case errors.Is(err, errPlain):
		return errPlain
	case errors.As(err, &certificate):
		return fmt.Errorf("the portal's certificate is not trusted (%w); if an authority of your own signed it, name it in ca_file", certificate.Err)
	case errors.Is(err, http.ErrSchemeMismatch):
		return errors.New("the portal does not speak TLS on this port; check the url")
	case errors.As(err, &name):
		return errors.New("the portal's host name cannot be resolved; check the url and the network")
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("the portal refused the connection; check the url, or wait until it runs again")
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("the portal did not answer in time")
	case errors.Is(err, context.Canceled):
		return errors.New("the sending was cancelled")
	case errors.As(err, &wrapped):
		return wrapped.Err
	}
	return err
}

// refused judges an answer to a create whose status is not one of success.
func (j *job) refused(r *reply) (draft.ReceiptState, string) {
	said := j.portalSaid(r)
	switch {
	case r.status >= 500 || r.status == http.StatusRequestTimeout:
		return unclear(fmt.Sprintf("the portal is in trouble (%d)", r.status) + said)
	case r.status >= 400:
		return draft.ReceiptFailed, j.advice(r) + said
	case r.status >= 300:
		return j.redirected(r)
	}
	if _, err := r.document(); errors.Is(err, errPage) {
		return draft.ReceiptFailed, fmt.Sprintf("%v (%d): check the portal's url and recipe; this may be its sign-in page", err, r.status)
	}
	return unclear(fmt.Sprintf("the portal answered %d, which the recipe does not know", r.status) + said)
}

// advice says what to do about a 4xx.
func (j *job) advice(r *reply) string {
	switch r.status {
	case http.StatusUnauthorized:
		return fmt.Sprintf("the portal refused the token (401): make a new one there and put it into %s", j.portal.tokenPlace())
	case http.StatusForbidden:
		return fmt.Sprintf("the portal forbids it (403): check that the queue %q exists, and that the token's owner may create tickets in it", j.vars["queue"])
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return fmt.Sprintf("the portal has nothing there (%d): check its url and recipe", r.status)
	case http.StatusRequestEntityTooLarge:
		return "the ticket is too large for the portal (413): send the bundle instead"
	case http.StatusTooManyRequests:
		return "the portal has had too many requests (429): " + retryAfter(r)
	}
	return fmt.Sprintf("the portal did not accept the ticket (%d): check the portal's values and what it requires", r.status)
}

func retryAfter(r *reply) string {
	if after := cut(oneLine(r.header.Get("Retry-After")), 40); after != "" {
		return "send again after " + after + " (Retry-After)"
	}
	return "send again later"
}

// redirected judges a redirect, which is never followed. 301, 307 and 308 say
// that the request belongs elsewhere; 302 and 303 may also follow a success,
// unless they lead to where people sign in.
func (j *job) redirected(r *reply) (draft.ReceiptState, string) {
	target, err := url.Parse(r.header.Get("Location"))
	if err != nil {
		target = &url.URL{}
	}
	path := strings.ToLower(target.Path)
	if strings.Contains(path, "login") || strings.Contains(path, "signin") || strings.Contains(path, "noauth") {
		return draft.ReceiptFailed, fmt.Sprintf("the portal leads to its sign-in page (%d): check the token, and that url and recipe are those of its interface", r.status)
	}
	if r.status == http.StatusFound || r.status == http.StatusSeeOther {
		return unclear(fmt.Sprintf("the portal redirects (%d)", r.status))
	}
	return draft.ReceiptFailed, fmt.Sprintf("the portal redirects to the host %q (%d), which is not followed: correct the url", cut(oneLine(target.Host), 100), r.status)
}

// portalSaid quotes the portal's own words, as one short line, without the token
// if the portal repeats it.
func (j *job) portalSaid(r *reply) string {
	doc, err := r.document()
	if err != nil {
		return ""
	}
	words, _ := lookup(doc, j.portal.recipe.Message)
	words = strings.ReplaceAll(words, j.secret, mask)
	if words = cut(oneLine(words), 200); words == "" {
		return ""
	}
	return fmt.Sprintf(". The portal said: %q", words)
}
