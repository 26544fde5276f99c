package suggest

import (
	"slices"
	"strconv"
	"strings"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/proxy"
	tlsfault "flagrante/proxy/fault"
)

// Side concludes whose fault the failures of a group are, as far as the calls
// show it. What the request did wrong is to be reviewed before a ticket is
// opened.
func Side(e draft.Evidence) draft.Suggestion[draft.Side] {
	status := []string{"status", strconv.Itoa(e.Group.Status), "code", e.Group.VendorCode}
	class := classOf(e)
	if class != fault && len(exposed(e)) > 0 {
		// Whatever the request did wrong, that was not for its eyes.
		return side(draft.SideVendor, "side.exposed")
	}
	switch class {
	case aborted:
		return side(draft.SideRequest, "side.aborted")
	case limited:
		return side(draft.SideRequest, "side.limited", status...)
	case refused:
		if isBusiness(e) {
			return side(draft.SideRequest, "side.business", status...)
		}
		return side(draft.SideRequest, "side.refused", status...)
	case denied:
		if isFirewall(e) {
			return side(draft.SideUnknown, "side.firewall", status...)
		}
		if !workedBefore(e).IsZero() {
			return side(draft.SideUnknown, "side.denied_after", status...)
		}
		return side(draft.SideRequest, "side.denied", status...)
	case broken:
		return contract(e)
	case slow:
		return side(draft.SideVendor, "side.slow")
	}
	return faulty(e, status)
}

// contract goes by what the failure's own reasons say of the side.
func contract(e draft.Evidence) draft.Suggestion[draft.Side] {
	for _, f := range ends(e) {
		for _, r := range f.Reasons {
			if r.Args["side"] == "request" {
				return side(draft.SideRequest, "side.contract_request")
			}
		}
	}
	return side(draft.SideVendor, "side.contract_response")
}

func faulty(e draft.Evidence, status []string) draft.Suggestion[draft.Side] {
	switch g := e.Group; {
	case g.Kind == capture.KindTruncated && hasReason(e, "judge.unreadable"):
		return side(draft.SideVendor, "side.unreadable")
	case g.Kind == capture.KindTruncated:
		return side(draft.SideVendor, "side.truncated")
	case hasReason(e, "expose.stranger"):
		return side(draft.SideVendor, "side.stranger")
	case hasReason(e, "judge.body.redirect"):
		return side(draft.SideVendor, "side.redirect")
	case g.Kind == capture.KindBodyError && isSilent(e):
		return side(draft.SideUnknown, "side.silent")
	case g.Kind == capture.KindBodyError:
		return side(draft.SideVendor, "side.body_error", status...)
	case g.Status == 408:
		return side(draft.SideNetwork, "side.request_timeout", status...)
	case g.Status > 0 && hasReason(e, "judge.between"):
		return side(draft.SideUnknown, "side.between", status...)
	case g.Status > 0 && isIntermediary(e):
		return side(draft.SideNetwork, "side.intermediary", status...)
	case g.Status > 0:
		return side(draft.SideVendor, "side.server_error", status...)
	}
	for _, f := range ends(e) {
		if f.Exchange.Err != nil {
			return ofError(f.Exchange.Err)
		}
	}
	if e.Group.Kind == capture.KindTimeout {
		return side(draft.SideVendor, "side.waited")
	}
	return side(draft.SideUnknown, "side.unclear")
}

// isSilent reports that answers of success only say that there is an error: it may be one of
// the vendor, or nothing more than that there is no such thing.
func isSilent(e draft.Evidence) bool {
	return e.Group.Status/100 == 2 && e.Group.VendorCode == "" && !hasReason(e, "judge.body.html") && !slices.ContainsFunc(ends(e), func(f *capture.Failure) bool { return f.Vendor.Message != "" })
}

// isIntermediary reports that it was a proxy on the way that answered: Squid names its
// own errors in a field of the header.
func isIntermediary(e draft.Evidence) bool {
	return slices.ContainsFunc(ends(e), func(f *capture.Failure) bool {
		return f.Exchange.Response != nil && f.Exchange.Response.Header.Get("X-Squid-Error") != ""
	})
}

// isFirewall reports that a call with data was refused with a page, and not for want of a
// client certificate, which a server in front of the API asks for with one too.
func isFirewall(e draft.Evidence) bool {
	return e.Group.Status == 403 && slices.ContainsFunc(ends(e), func(f *capture.Failure) bool {
		r := f.Exchange.Response
		return r != nil && strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") && !strings.Contains(strings.ToLower(f.Vendor.Message), "certificate")
	})
}

// hasReason reports whether the first or the last failure has a reason.
func hasReason(e draft.Evidence, key string) bool {
	return slices.ContainsFunc(ends(e), func(f *capture.Failure) bool {
		return slices.ContainsFunc(f.Reasons, func(r capture.Reason) bool { return r.Key == key })
	})
}

// ofError reads a transport error. A connection that never came about is the
// network's as far as we can see; what went wrong on one is the vendor's.
func ofError(err *proxy.Error) draft.Suggestion[draft.Side] {
	args := []string{"type", err.Type, "phase", string(err.Phase)}
	switch {
	case strings.HasPrefix(err.Type, "proxy_"), err.Type == "destination_ip_prohibited":
		return side(draft.SideNetwork, "side.own_network", args...)
	case isCertificate(err) && tlsfault.FlawOf(err) == tlsfault.FlawAuthority:
		return side(draft.SideUnknown, "side.certificate_unknown", args...)
	case isCertificate(err):
		return side(draft.SideVendor, "side.certificate", args...)
	case err.Phase == proxy.PhaseDNS, err.Phase == proxy.PhaseConnect, strings.HasPrefix(err.Type, "dns_"), strings.HasPrefix(err.Type, "destination_"),
		err.Type == "connection_refused", err.Type == "connection_timeout", err.Type == "connection_limit_reached",
		err.Type == "connection_terminated", err.Type == "connection_write_timeout":
		return side(draft.SideNetwork, "side.unconnected", args...)
	case strings.HasSuffix(err.Type, "_timeout"):
		return side(draft.SideVendor, "side.waited", args...)
	case strings.HasPrefix(err.Type, "http_"):
		return side(draft.SideVendor, "side.protocol", args...)
	}
	return side(draft.SideUnknown, "side.unclear", args...)
}

func isCertificate(err *proxy.Error) bool {
	return err.Type == "tls_certificate_error" || err.Type == "tls_certificate_expired"
}

func side(s draft.Side, key string, args ...string) draft.Suggestion[draft.Side] {
	return draft.Suggestion[draft.Side]{Value: s, Reasons: []capture.Reason{{Key: key, Args: pairs(args)}}}
}

// pairs makes a map of names and values, without the empty ones.
func pairs(list []string) map[string]string {
	args := make(map[string]string, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		if list[i+1] != "" {
			args[list[i]] = list[i+1]
		}
	}
	return args
}
