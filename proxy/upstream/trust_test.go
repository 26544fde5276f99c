package upstream_test

import (
	"bytes"
	"crypto/tls"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/proxy/upstream"
)

func TestExtraRoots(t *testing.T) {
	public, private := newAuthority(t, "Public", nil), newAuthority(t, "Private", nil)
	behind := func(ca *authority, host string) string {
		return tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), host)}})
	}
	d := newDialer(t, upstream.Options{Roots: public.roots, ExtraRoots: []upstream.ExtraRoots{{Host: "*.bank.test", File: file(t, pemCerts(private.cert))}}})
	dial(t, d, behind(private, "pix.bank.test"), upstream.Request{TLS: true, ServerName: "pix.bank.test"})
	dial(t, d, behind(public, "pix.bank.test"), upstream.Request{TLS: true, ServerName: "pix.bank.test"})
	cause, _ := refused(t, d, behind(private, "other.test"), upstream.Request{TLS: true, ServerName: "other.test"})
	if cause.Type != "tls_certificate_error" {
		t.Errorf("the roots of one host hold for another: %v", cause)
	}
}

func TestUnverifiedHost(t *testing.T) {
	stranger := newAuthority(t, "Stranger", nil)
	addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{stranger.leaf(t, time.Now().Add(-time.Hour), "nothing.test")}})
	var log bytes.Buffer
	d := newDialer(t, upstream.Options{Roots: noRoots, Unverified: []string{"old.test"}, Log: zerolog.New(&log)})
	if got := strings.Count(log.String(), "NOT VERIFIED"); got != 1 {
		t.Errorf("%d warnings at the start: %s", got, &log)
	}
	log.Reset()
	for range 2 {
		conn := dial(t, d, addr, upstream.Request{TLS: true, ServerName: "old.test"})
		if conn.Upstream.CertSubject != "CN=nothing.test" {
			t.Errorf("the certificate is %q", conn.Upstream.CertSubject)
		}
	}
	if got := strings.Count(log.String(), "WITHOUT VERIFYING"); got != 1 {
		t.Errorf("%d warnings at the first use: %s", got, &log)
	}
	if cause, _ := refused(t, d, addr, upstream.Request{TLS: true, ServerName: "very.old.test"}); cause.Type != "tls_certificate_error" {
		t.Errorf("another host was not verified either: %v", cause)
	}
}

func TestUnusableTrust(t *testing.T) {
	garbage := file(t, []byte("no certificate"))
	tests := map[string]struct {
		options upstream.Options
		want    string
	}{
		"everything unverified": {upstream.Options{Unverified: []string{"*"}}, "name the host"},
		"a wildcard":            {upstream.Options{Unverified: []string{"*.bank.test"}}, "name the host"},
		"no host":               {upstream.Options{Unverified: []string{""}}, "host pattern"},
		"roots without host":    {upstream.Options{ExtraRoots: []upstream.ExtraRoots{{File: garbage}}}, "host pattern"},
		"garbage":               {upstream.Options{ExtraRoots: []upstream.ExtraRoots{{Host: "a.test", File: garbage}}}, "holds no PEM certificate"},
		"missing":               {upstream.Options{ExtraRoots: []upstream.ExtraRoots{{Host: "a.test", File: filepath.Join(t.TempDir(), "x")}}}, "extra roots for a.test"},
	}
	for name, test := range tests {
		test.options.Now = time.Now
		if _, err := upstream.New(test.options); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want one with %q", name, err, test.want)
		}
	}
}
