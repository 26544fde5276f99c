// Package judge decides whether an exchange failed, and why. It is pure: the
// same exchange has the same verdict, at any time and on any machine.
package judge

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/proxy"
)

// patience is how long an app must have waited in vain before its giving up says
// more about the vendor than about the app: a person who stops a program is
// quicker, and time limits in apps are mostly longer.
const patience = 5 * time.Second

// Judge judges exchanges. It is safe for use by many goroutines.
type Judge struct {
	// own are the rules of the user, which come before those built in.
	own, builtin []compiled
	readings     *readings
	reach        reach
}

// Thorough returns a judge with the same rules that reads large bodies to their end
// too. It takes ten times as long over them, which recordings can wait for and traffic
// can't.
func (j *Judge) Thorough() *Judge {
	return &Judge{own: j.own, builtin: j.builtin, readings: j.readings, reach: reach{whole: document.Limit, tree: document.Limit}}
}

// Watching returns a judge with the same rules that also watches for words, which are in
// lower case: they are looked for in the same pass.
func (j *Judge) Watching(words ...string) *Judge {
	watching := *j
	watching.readings = j.readings.watching(words)
	return &watching
}

// Watch judges, and reports whether the answer was read to its end and holds none of the
// words that are watched for. It says nothing of answers that are judged without that.
func (j *Judge) Watch(x *proxy.Exchange) (v capture.Verdict, absent bool) {
	switch {
	case x.Err == nil && x.Response != nil:
		a := j.newAnswer(x, nil)
		v = j.answered(a)
		return v, a.read != nil && !a.read.watched
	default:
		return j.judge(x, nil), false
	}
}

// Judge returns the verdict on an exchange.
func (j *Judge) Judge(x *proxy.Exchange) capture.Verdict {
	return j.judge(x, nil)
}

// judge returns the verdict. Tries of rules are told to tell, which may be nil.
func (j *Judge) judge(x *proxy.Exchange, tell func(Try)) capture.Verdict {
	switch {
	case x.Err != nil:
		return unanswered(x.Err, x.Phases.Total)
	case x.Response != nil:
		return j.answered(j.newAnswer(x, tell))
	case x.Aborted:
		return abandoned(x.Phases.Total)
	}
	return capture.Verdict{}
}

// unanswered judges a transport error, which is never a status.
func unanswered(e *proxy.Error, total time.Duration) capture.Verdict {
	kind, args := capture.KindTransport, map[string]string{"type": e.Type, "phase": string(e.Phase)}
	switch {
	case strings.HasSuffix(e.Type, "_timeout"):
		kind, args["seconds"] = capture.KindTimeout, seconds(total)
	case strings.HasPrefix(e.Type, "tls_") || e.Phase == proxy.PhaseTLS:
		kind, args["text"] = capture.KindTLS, e.Text
	default:
		args["text"] = e.Text
	}
	v := failing(kind, capture.Reason{Key: "judge." + string(kind), Args: args})
	if isOwn(e.Type) {
		v.Expected = true
		v.Reasons = append(v.Reasons, capture.Reason{Key: "judge.expected.own"})
	}
	return v
}

// isOwn tells the errors of which the vendor knows nothing: there is no ticket in
// a proxy that points at itself.
func isOwn(kind string) bool {
	switch kind {
	case "proxy_loop_detected", "destination_ip_prohibited", "proxy_configuration_error", "proxy_internal_error", "http_request_error":
		return true
	}
	return false
}

// abandoned judges an exchange that the app left without an answer.
func abandoned(total time.Duration) capture.Verdict {
	args := map[string]string{"seconds": seconds(total)}
	if total >= patience {
		return failing(capture.KindTimeout, capture.Reason{Key: "judge.gave_up", Args: args})
	}
	return failing(capture.KindClientAbort, capture.Reason{Key: "judge.client_abort", Args: args})
}

// answered judges by the user's rules, then the status, then how the answer
// ended, and then by what it says.
func (j *Judge) answered(a *answer) capture.Verdict {
	x := a.x
	own := a.first(j.own)
	if own != nil && own.Then == Ignore {
		return capture.Verdict{Ignored: true}
	}
	v := byStatus(x)
	if x.Aborted && !x.Response.Body.Complete && x.Response.Status != http.StatusSwitchingProtocols {
		return left(v, x)
	}
	if r, ok := brokenOff(x.Response); ok {
		v = also(v, capture.KindTruncated, r)
	} else if r, ok := a.unreadable(); ok && !v.Failing {
		v = also(v, capture.KindTruncated, r)
	} else if what := a.miscodedFailure(v); what != "" {
		v.Reasons = append(v.Reasons, unreadable(what, a.document()))
	}
	rule := own
	if rule == nil && !v.Failing && x.Response.Status >= 200 && x.Response.Status < 400 {
		rule = a.first(j.builtin)
	}
	if rule != nil {
		v = rule.verdict(v)
	}
	if v.Failing && x.Response.Body.BareEnd {
		v.Reasons = append(v.Reasons, capture.Reason{Key: "judge.bare_end"})
	}
	return v
}

// miscodedFailure is what is to be said of the coding of an answer that fails anyhow: the
// app may not have been able to read it.
func (a *answer) miscodedFailure(v capture.Verdict) string {
	if !v.Failing || a.x.Request.Method == http.MethodHead {
		return ""
	}
	return miscoded(a.document())
}

// left adds to the verdict that the app left before the answer was whole. Of a stream
// that is its usual end.
func left(v capture.Verdict, x *proxy.Exchange) capture.Verdict {
	isStream := document.IsStream(document.MediaType(x.Response.Header.Get("Content-Type")))
	if v.Failing && isStream {
		return v
	}
	v = also(v, capture.KindClientAbort, capture.Reason{Key: "judge.client_abort", Args: map[string]string{"seconds": seconds(x.Phases.Total)}})
	if isStream {
		v.Expected = true
		v.Reasons = append(v.Reasons, capture.Reason{Key: "judge.expected.stream"})
	}
	return v
}

func byStatus(x *proxy.Exchange) capture.Verdict {
	status := x.Response.Status
	if status < 400 {
		return capture.Verdict{}
	}
	v := failing(capture.KindHTTPStatus, capture.Reason{Key: "judge.status", Args: map[string]string{
		"status": strconv.Itoa(status), "phrase": http.StatusText(status),
	}})
	if r, ok := between(x); ok {
		v.Reasons = append(v.Reasons, r)
	}
	v.Reasons, v.Expected = expected(x, v.Reasons)
	return v
}

// also adds a reason; the kind is that of the first.
func also(v capture.Verdict, kind capture.Kind, r capture.Reason) capture.Verdict {
	if !v.Failing {
		return failing(kind, r)
	}
	v.Reasons = append(v.Reasons, r)
	return v
}

// brokenOff tells whether the vendor ended its answer before the end. What the proxy
// ended itself says nothing of the vendor.
func brokenOff(r *proxy.Response) (capture.Reason, bool) {
	if r.Body.Err == "" || r.Body.Err == proxy.CutByUs {
		return capture.Reason{}, false
	}
	return capture.Reason{Key: "judge.truncated", Args: map[string]string{
		"got": strconv.FormatInt(r.Body.Size, 10), "announced": r.Header.Get("Content-Length"), "text": r.Body.Err,
	}}, true
}

// expected finds the answers over 400 that belong to normal work.
func expected(x *proxy.Exchange, reasons []capture.Reason) ([]capture.Reason, bool) {
	var key string
	switch status := x.Response.Status; {
	case x.Request.Method == http.MethodOptions && status < 500:
		key = "judge.expected.options"
	case x.Request.Method == http.MethodHead && status == http.StatusNotFound:
		key = "judge.expected.head_404"
	case status == http.StatusPreconditionFailed:
		key = "judge.expected.precondition"
	default:
		return reasons, false
	}
	return append(reasons, capture.Reason{Key: key}), true
}

func failing(kind capture.Kind, reasons ...capture.Reason) capture.Verdict {
	return capture.Verdict{Failing: true, Kind: kind, Reasons: reasons}
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) }
