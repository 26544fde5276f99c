package text

import (
	"strconv"
	"time"

	"flagrante/draft/words"
	"flagrante/proxy"
)

// maxListed keeps lists of ids and of masked places short.
const maxListed = 20

func (t *ticket) ids() {
	ids := t.d.Evidence.RequestIDs
	if len(ids) == 0 {
		key := "text.ids.none"
		if t.f.Exchange.Response == nil {
			key = "text.ids.no_response"
		}
		t.say(text(t.words(key)))
		return
	}
	var entries []entry
	for _, id := range ids[:min(len(ids), maxListed)] {
		entries = append(entries, entry{line: line{code(id)}})
	}
	t.list(entries...)
}

func (t *ticket) connection() {
	u := t.f.Exchange.Upstream
	var entries []entry
	add := func(key, value string) {
		if value != "" {
			entries = append(entries, labelled(t.words(key), code(value)))
		}
	}
	add("text.connection.addr", u.Addr)
	if u.TLSVersion != "" {
		negotiated := u.TLSVersion
		for _, more := range []string{u.Cipher, u.ALPN} {
			if more != "" {
				negotiated += ", " + more
			}
		}
		add("text.connection.tls", negotiated)
	}
	add("text.connection.subject", u.CertSubject)
	add("text.connection.issuer", u.CertIssuer)
	if !u.CertNotAfter.IsZero() {
		entries = append(entries, labelled(t.words("text.connection.not_after"), text(t.validity(u.CertNotAfter))))
	}
	t.list(append(entries, t.timings(t.f.Exchange.Phases))...)
	if u.Reused {
		t.say(text(t.words("text.timings.reused")))
	}
}

// validity says until when a certificate held, and whether the call came later.
func (t *ticket) validity(end time.Time) string {
	shown := t.time(end).plain()
	if start := t.f.Exchange.Start; end.Before(start) {
		return t.words("text.connection.expired", "time", shown, "span", words.Span(start.Sub(end)))
	}
	return shown
}

func (t *ticket) timings(p proxy.Phases) entry {
	e := labelled(t.words("text.timings"), text(words.Duration(t.o.Lang, p.Total)))
	parts := []struct {
		phase proxy.Phase
		took  time.Duration
	}{
		{proxy.PhaseDNS, p.DNS}, {proxy.PhaseConnect, p.Connect}, {proxy.PhaseTLS, p.TLS},
		{proxy.PhaseSend, p.Send}, {proxy.PhaseWait, p.Wait}, {proxy.PhaseReceive, p.Receive},
	}
	for _, part := range parts {
		if part.took > 0 {
			name := words.Word(t.o.Lang, "phase", string(part.phase))
			e.sub = append(e.sub, line{text(name + ": " + words.Duration(t.o.Lang, part.took))})
		}
	}
	return e
}

// masked lists the places where a value was masked, so that nobody takes the
// mask for what the app sent.
func (t *ticket) masked() {
	if len(t.f.Redactions) == 0 {
		t.say(text(t.words("text.masked.none")))
		return
	}
	var entries []entry
	for _, r := range t.f.Redactions[:min(len(t.f.Redactions), maxListed)] {
		entries = append(entries, entry{line: line{code(r.Where), text(" (" + words.Word(t.o.Lang, "redaction", r.Kind) + ")")}})
	}
	if rest := len(t.f.Redactions) - len(entries); rest > 0 {
		entries = append(entries, entry{line: line{text(t.words("text.masked.more", "count", strconv.Itoa(rest)))}})
	}
	t.list(entries...)
}
