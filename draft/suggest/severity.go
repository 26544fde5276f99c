package suggest

import (
	"strconv"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/words"
)

// Repeated is the number of failures from which on they count as repeated, and
// no longer as a slip.
const Repeated = 3

// Severity concludes a first severity from what the failures are and how many
// there were. It does not know how many calls succeed, and says so. Of two
// drafts that differ only in their count, the one with more failures never gets
// the lower severity.
func Severity(env draft.Environment, e draft.Evidence) draft.Suggestion[draft.Severity] {
	what := classify(e)
	severity := what.once
	if e.Group.Count >= Repeated {
		severity = what.repeated
	}
	reasons := []capture.Reason{what.reason, count(e.Group)}
	if env == draft.Staging {
		severity = what.staging(e.Group.Count >= Repeated)
	}
	reasons = append(reasons, capture.Reason{Key: "severity." + string(env)}, capture.Reason{Key: "severity.unknown_rate"})
	return draft.Suggestion[draft.Severity]{Value: severity, Reasons: reasons}
}

// class is a sort of failure with its severities in production.
type class struct {
	once, repeated draft.Severity
	reason         capture.Reason
}

// staging lowers what failed in staging: nobody is harmed there, but a host
// that nobody can reach holds up the whole integration.
func (c class) staging(repeated bool) draft.Severity {
	switch {
	case c.once == draft.Critical:
		return draft.High
	case repeated && c.isOutage():
		return draft.Medium
	}
	return draft.Low
}

// isOutage reports whether the failure lies on the vendor's side of the call.
func (c class) isOutage() bool {
	switch c.reason.Key {
	case "severity.no_answer", "severity.server_error", "severity.truncated":
		return true
	}
	return false
}

func classify(e draft.Evidence) class {
	status := map[string]string{"status": strconv.Itoa(e.Group.Status)}
	switch {
	case e.Group.Kind == capture.KindClientAbort:
		return class{draft.Low, draft.Low, capture.Reason{Key: "severity.client_abort"}}
	case refusedCertificate(e):
		reason := capture.Reason{Key: "severity.certificate", Args: map[string]string{"host": e.Group.Host}}
		return class{draft.Critical, draft.Critical, reason}
	case e.Group.Kind == capture.KindTruncated:
		return class{draft.Medium, draft.High, capture.Reason{Key: "severity.truncated"}}
	case e.Group.Status == 0:
		reason := capture.Reason{Key: "severity.no_answer", Args: map[string]string{"kind": string(e.Group.Kind)}}
		return class{draft.Medium, draft.High, reason}
	case e.Group.Status >= 500:
		return class{draft.Medium, draft.High, capture.Reason{Key: "severity.server_error", Args: status}}
	case e.Group.Status == 401 || e.Group.Status == 403:
		return class{draft.Medium, draft.High, capture.Reason{Key: "severity.denied", Args: status}}
	case e.Group.Status == 429:
		return class{draft.Medium, draft.Medium, capture.Reason{Key: "severity.limited"}}
	}
	return class{draft.Low, draft.Low, capture.Reason{Key: "severity.client_error", Args: status}}
}

// refusedCertificate looks at both ends of the group, so that a later failure
// of another type does not hide it.
func refusedCertificate(e draft.Evidence) bool {
	for _, f := range []*capture.Failure{e.First, e.Last} {
		if f != nil && f.Exchange.Err != nil && f.Exchange.Err.Type == "tls_certificate_error" {
			return true
		}
	}
	return false
}

func count(g capture.Group) capture.Reason {
	if g.Count <= 1 {
		return capture.Reason{Key: "severity.once"}
	}
	key := "severity.twice"
	if g.Count >= Repeated {
		key = "severity.repeated"
	}
	return capture.Reason{Key: key, Args: map[string]string{
		"count":     strconv.FormatInt(g.Count, 10),
		"span":      words.Span(g.LastSeen.Sub(g.FirstSeen)),
		"threshold": strconv.Itoa(Repeated),
	}}
}
