package export

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"flagrante/capture"
	"flagrante/draft/gate"
	"flagrante/draft/words"
	"flagrante/proxy/fault"
)

// ending says how a request ended.
type ending int

const (
	// done means that the portal did it.
	done ending = iota
	// again means that the portal surely did not do it, and may the next time.
	again
	// refused means that the portal surely did not do it, and will not.
	refused
	// unclear means that the portal may have done it.
	unclear
)

// verdict is the ending of a request, with what people are told and, for again,
// how long the portal asked to wait.
type verdict struct {
	ending ending
	text   string
	after  time.Duration
}

// say returns a sentence of the catalogue in the language of the drafts. Args are
// names and values in turns.
func (x *Exporter) say(key string, args ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		values[args[i]] = args[i+1]
	}
	return words.Say(x.text.Lang, capture.Reason{Key: key, Args: values})
}

// lost judges a request that got no answer. Once there was a connection, it may
// have arrived.
func (j *job) lost(err error, connected bool) verdict {
	text, lasting := j.cause(err)
	_, unread := fault.CertificateAlert(err)
	switch {
	case connected && !unread:
		return verdict{ending: unclear, text: j.x.say("portal.lost", "cause", text)}
	case lasting:
		return verdict{ending: refused, text: j.x.say("portal.unsent", "cause", text)}
	}
	return verdict{ending: again, text: j.x.say("portal.unsent", "cause", text)}
}

// cause says in words why there was no answer, with what to do, and without the
// address that net/http puts before it. Lasting reports that trying again alone
// mends nothing.
func (j *job) cause(err error) (text string, lasting bool) {
	var certificate *tls.CertificateVerificationError
	var name *net.DNSError
	var wrapped *url.Error
	var blocked *gate.BlockedError
	say := j.x.say
	alert, alerted := fault.CertificateAlert(err)
	switch {
	case errors.Is(err, errPrivate):
		return say("portal.cause.private"), true
	case errors.Is(err, errPlain):
		return say("portal.cause.plain"), true
	case errors.Is(err, errNoAddress):
		return say("portal.cause.address"), true
	case errors.As(err, &blocked):
		return say("portal.cause.held", "places", blocked.Places()), true
	case errors.As(err, &certificate):
		return say("portal.cause.certificate", "detail", certificate.Err.Error()), true
	case alerted && j.portal.CertFile == "":
		return say("portal.cause.client"), true
	case alerted:
		return say("portal.cause.client.refused", "detail", alert), true
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, new(tls.RecordHeaderError)):
		return say("portal.cause.tls"), true
	case errors.As(err, &name):
		return say("portal.cause.name"), !name.IsTemporary && !name.IsTimeout && !name.IsNotFound
	case errors.Is(err, syscall.ECONNREFUSED):
		return say("portal.cause.refused"), false
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return say("portal.cause.closed"), false
	case errors.Is(err, context.DeadlineExceeded):
		return say("portal.cause.slow"), false
	case errors.Is(err, context.Canceled):
		return say("portal.cause.cancelled"), false
	case errors.As(err, &wrapped):
		return wrapped.Err.Error(), false
	}
	return err.Error(), false
}

// judge judges an answer to a step whose status is not one of success.
func (j *job) judge(s Step, r *reply) verdict {
	said := j.portalSaid(r)
	status := strconv.Itoa(r.status)
	switch {
	case r.status == http.StatusTooManyRequests, r.status == http.StatusForbidden && j.retryAfter(r) > 0:
		// Some portals limit with 403 (RFC 9110 lets Retry-After stand in any answer).
		return verdict{again, j.x.say("portal.toomany", "status", status) + said, j.retryAfter(r)}
	case slices.Contains(s.Undone, r.status):
		return verdict{again, j.x.say("portal.trouble", "status", status) + said, j.retryAfter(r)}
	case r.status >= 500 || r.status == http.StatusRequestTimeout:
		return verdict{unclear, j.x.say("portal.trouble", "status", status) + said, j.retryAfter(r)}
	case r.status >= 400:
		return verdict{ending: refused, text: j.advice(s, r) + said}
	case r.status >= 300:
		return j.redirected(r)
	}
	if _, err := r.document(); errors.Is(err, errPage) {
		return verdict{ending: refused, text: j.x.say("portal.page", "status", status)}
	}
	return verdict{ending: unclear, text: j.x.say("portal.unknown_status", "status", status) + said}
}

// advice says what to do about a 4xx.
func (j *job) advice(s Step, r *reply) string {
	status := strconv.Itoa(r.status)
	if own, ok := j.portal.recipe.Advice[r.status]; ok && s.Do == doCreate {
		return fmt.Sprintf("%s (%s)", expand(own.say(j.x.text.Lang), j.values, oneLine), status)
	}
	key := "portal.refused"
	switch r.status {
	case http.StatusUnauthorized:
		key = "portal.token"
	case http.StatusForbidden:
		key = "portal.forbidden"
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		key = "portal.nothing_there"
	case http.StatusRequestEntityTooLarge:
		key = "portal.too_large"
	case http.StatusUnsupportedMediaType:
		key = "portal.media"
	}
	if s.Do == doAuth && (r.status == http.StatusBadRequest || r.status == http.StatusForbidden) {
		key = "portal.token"
	}
	return j.x.say(key, "status", status, "place", j.portal.secretPlaces(), "step", s.Do)
}

// secretPlaces says where the secrets of the portal come from.
func (p *portal) secretPlaces() string {
	var places []string
	if token := p.token(); token != (Secret{}) {
		places = append(places, token.place())
	}
	for _, name := range names(p.Secrets) {
		places = append(places, p.Secrets[name].place())
	}
	return strings.Join(places, ", ")
}

// longestWait bounds for how long a portal can put us off.
const longestWait = 24 * time.Hour

// retryAfter reads Retry-After: seconds, or a date (RFC 9110, 10.2.3).
func (j *job) retryAfter(r *reply) time.Duration {
	value := strings.TrimSpace(r.header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longestWait)
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(date.Sub(j.x.now()), 0), longestWait)
	}
	return 0
}

// redirected judges a redirect, which is never followed. 301, 307 and 308 say
// that the request belongs elsewhere; 302 and 303 may also follow a success,
// unless they lead to where people sign in.
func (j *job) redirected(r *reply) verdict {
	status := strconv.Itoa(r.status)
	if r.leadsToSignIn() {
		return verdict{ending: refused, text: j.x.say("portal.signin", "status", status)}
	}
	if r.status == http.StatusFound || r.status == http.StatusSeeOther {
		return verdict{ending: unclear, text: j.x.say("portal.redirect_unclear", "status", status)}
	}
	return verdict{ending: refused, text: j.x.say("portal.redirect", "status", status, "host", Limits{}.cut(oneLine(r.target().Host), 100))}
}

// target is where a redirect leads.
func (r *reply) target() *url.URL {
	if target, err := url.Parse(r.header.Get("Location")); err == nil {
		return target
	}
	return &url.URL{}
}

// leadsToSignIn reports a redirect to where people sign in.
func (r *reply) leadsToSignIn() bool {
	target := r.target()
	path := strings.ToLower(target.Path)
	return r.status/100 == 3 && slices.ContainsFunc([]string{"login", "signin", "sign_in", "noauth", "sso", "saml", "oauth"}, func(word string) bool {
		return strings.Contains(path, word) || strings.HasPrefix(target.Hostname(), word+".")
	})
}

// portalSaid quotes the portal's own words, without the secrets if it repeats them.
func (j *job) portalSaid(r *reply) string {
	said := j.portal.recipe.Message.words(r)
	for _, secret := range j.secrets {
		if secret != "" {
			said = strings.ReplaceAll(said, secret, mask)
		}
	}
	if said == "" {
		return ""
	}
	return " " + j.x.say("portal.said", "words", said)
}

// misread judges an answer with a status of success that can't be read.
func (j *job) misread(s Step, r *reply, err error) verdict {
	status := strconv.Itoa(r.status)
	switch {
	case errors.Is(err, errPage) && (s.Method == http.MethodGet || s.reads()):
		// Asking changed nothing, and a page for people will be one the next time too.
		return verdict{ending: refused, text: j.x.say("portal.page", "status", status)}
	case errors.Is(err, errPage):
		return verdict{ending: unclear, text: j.x.say("portal.page", "status", status)}
	case errors.Is(err, errBroken):
		return verdict{ending: unclear, text: j.x.say("portal.broken", "status", status)}
	}
	return verdict{ending: unclear, text: j.x.say("portal.not_json", "status", status)}
}
