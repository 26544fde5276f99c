package upstream

import (
	"bytes"
	"crypto/fips140"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"time"
)

// verifying has the vendor's certificates verified, by those roots alone that may be the end of
// their chain: crypto/tls would have to be given all of them before it knows the vendor's.
func (h *handshake) verifying() {
	if fips140.Enabled() {
		// It also asks then of what kind the keys of a chain are.
		h.config.RootCAs = h.roots().All()
		return
	}
	h.config.InsecureSkipVerify = true
	h.config.VerifyConnection = h.verify
	h.config.ClientSessionCache = &verifiedSessions{h.config.ClientSessionCache, h}
}

// verify verifies certificates as crypto/tls does where it is not told to leave it, and with the same errors.
// A session that is resumed was verified when it began.
func (h *handshake) verify(state tls.ConnectionState) error {
	certs := state.PeerCertificates
	if state.DidResume {
		return unverified(certs, certs[0].VerifyHostname(h.config.ServerName))
	}
	between := x509.NewCertPool()
	for _, cert := range certs[1:] {
		between.AddCert(cert)
	}
	chains, err := certs[0].Verify(x509.VerifyOptions{
		Roots: h.roots().For(certs), CurrentTime: h.config.Time(), DNSName: h.config.ServerName, Intermediates: between,
	})
	h.holds = longest(chains)
	return unverified(certs, err)
}

func unverified(certs []*x509.Certificate, err error) error {
	if err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: certs, Err: err}
	}
	return nil
}

// period is the time in which all certificates of a chain are valid, in seconds since 1970 with both ends.
type period struct{ from, to int64 }

// longest returns the period of the chain that is valid for the longest.
func longest(chains [][]*x509.Certificate) (longest period) {
	for _, chain := range chains {
		p := period{chain[0].NotBefore.Unix(), chain[0].NotAfter.Unix()}
		for _, cert := range chain[1:] {
			p.from, p.to = max(p.from, cert.NotBefore.Unix()), min(p.to, cert.NotAfter.Unix())
		}
		if p.to > longest.to {
			longest = p
		}
	}
	return longest
}

func (p period) has(t time.Time) bool {
	return !t.Before(time.Unix(p.from, 0)) && !t.After(time.Unix(p.to, 0))
}

// verifiedSessions are those that a handshake may resume: their certificates are still
// valid. Each has the period with it.
type verifiedSessions struct {
	tls.ClientSessionCache
	h *handshake
}

// sessionPeriod begins what is added to a session.
const sessionPeriod = "flagrante period 1 "

// Get returns a session, unless its certificates have expired.
func (s *verifiedSessions) Get(key string) (*tls.ClientSessionState, bool) {
	session, ok := s.ClientSessionCache.Get(key)
	if !ok || session == nil {
		return nil, false
	}
	_, state, err := session.ResumptionState()
	if err == nil {
		s.h.holds = periodOf(state)
	}
	if !s.h.holds.has(s.h.config.Time()) {
		s.ClientSessionCache.Put(key, nil)
		return nil, false
	}
	return session, true
}

// Put keeps a session, or with nil forgets it.
func (s *verifiedSessions) Put(key string, session *tls.ClientSessionState) {
	if session != nil {
		_, state, err := session.ResumptionState()
		if err != nil {
			return
		}
		text := binary.BigEndian.AppendUint64([]byte(sessionPeriod), uint64(s.h.holds.from))
		state.Extra = append(state.Extra, binary.BigEndian.AppendUint64(text, uint64(s.h.holds.to)))
	}
	s.ClientSessionCache.Put(key, session)
}

func periodOf(state *tls.SessionState) (p period) {
	for _, extra := range state.Extra {
		if text, ours := bytes.CutPrefix(extra, []byte(sessionPeriod)); ours && len(text) == 16 {
			p.from, p.to = int64(binary.BigEndian.Uint64(text)), int64(binary.BigEndian.Uint64(text[8:]))
		}
	}
	return p
}
