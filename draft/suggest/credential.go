package suggest

import (
	"strings"
	"time"

	"flagrante/draft"
	"flagrante/proxy"
)

// workedBefore returns when a credential was last seen to work before the group's
// first failure, zero when it never was.
func workedBefore(e draft.Evidence) time.Time {
	var last time.Time
	if good := e.Figures.Endpoint.LastGood; e.Figures.Known && good.After(last) {
		last = good
	}
	if !anywhere(e) {
		return last
	}
	if e.Figures.Credential.After(last) {
		last = e.Figures.Credential
	}
	if e.First == nil {
		return last
	}
	host := hostOf(e.First.Exchange.Request.URL)
	for _, call := range e.First.Before {
		x := &call.Exchange
		worked := !call.Failing && x.Response != nil && x.Response.Status < 400
		if worked && hostOf(x.Request.URL) == host && hasCredential(x.Request) && x.Start.After(last) {
			last = x.Start
		}
	}
	return last
}

// anywhere reports whether a success at another endpoint says that this one should
// work too. A 403 to a known client is about what it may do (RFC 9110, section
// 15.5.4): other endpoints say nothing of that, unless they refuse it by now as well.
func anywhere(e draft.Evidence) bool {
	if e.Group.Status != 403 || len(e.Group.Members) > 0 {
		return true
	}
	refusing := map[string]bool{}
	for _, n := range append([]draft.Figures{e.Figures}, e.Others...) {
		for _, t := range n.Endpoints {
			if t.FailingSince > 0 {
				refusing[t.Endpoint] = true
			}
		}
	}
	return len(refusing) > 1
}

// hasCredential reports whether a request carries one in its header, masked or
// not. Credentials of a client that asks for its first token are none of a user.
func hasCredential(r proxy.Request) bool {
	for _, f := range r.Header {
		switch strings.ToLower(f.Name) {
		case "authorization":
			return !strings.HasPrefix(strings.ToLower(f.Value), "basic") || !strings.Contains(r.URL, "token")
		case "cookie", "x-api-key", "api-key", "apikey", "x-auth-token", "access_token", "client_id", "x-client-id":
			return true
		}
	}
	return false
}

// hostOf returns host and port of an absolute URL, in lower case.
func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return strings.ToLower(rest)
}
