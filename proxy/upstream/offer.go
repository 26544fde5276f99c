package upstream

import (
	"crypto/tls"
	"slices"
)

// Offer is what an app has said in its hello that it is content with. A vendor is
// offered the same, as far as we have it: what it chooses is what it would have chosen
// for the app, old versions and suites included.
type Offer struct {
	// Min and Max are versions of TLS, Suites the cipher suites for those before 1.3.
	Min, Max uint16
	Suites   []uint16
	// Lacking reports that the app offers suites for versions before 1.3 that we don't have.
	Lacking bool
}

// extensionVersions lists versions one by one (RFC 8446, section 4.2.1).
const extensionVersions = 43

// OfferOf returns what stands in a hello.
func OfferOf(hello *tls.ClientHelloInfo) Offer {
	var o Offer
	for _, version := range hello.SupportedVersions {
		// Browsers throw in numbers that nobody knows (RFC 8701).
		if version < tls.VersionTLS10 || version > tls.VersionTLS13 {
			continue
		}
		if o.Min == 0 || version < o.Min {
			o.Min = version
		}
		o.Max = max(o.Max, version)
	}
	if !slices.Contains(hello.Extensions, extensionVersions) && o.Max >= tls.VersionTLS12 {
		// Such a hello names the latest version alone.
		o.Min = tls.VersionTLS12
	}
	o.Lacking = slices.ContainsFunc(hello.CipherSuites, isLacking)
	for _, suite := range CipherSuites() {
		if slices.Contains(hello.CipherSuites, suite) {
			o.Suites = append(o.Suites, suite)
		}
	}
	return o
}

// isLacking reports whether a number is that of a cipher suite which crypto/tls does not
// have, and of none of TLS 1.3 (RFC 8446, appendix B.4). What hellos hold besides are
// signals (RFC 5746, section 3.3, and RFC 7507) and numbers that nobody knows (RFC 8701).
func isLacking(suite uint16) bool {
	signal := suite == 0x00ff || suite == 0x5600 || suite&0x0f0f == 0x0a0a && suite>>8 == suite&0xff
	return !signal && suite>>8 != 0x13 && !slices.Contains(CipherSuites(), suite)
}

func (o Offer) apply(c *tls.Config) {
	c.MinVersion, c.MaxVersion, c.CipherSuites = o.Min, o.Max, o.Suites
}

// CipherSuites are all that there are, the good ones first.
func CipherSuites() (ids []uint16) {
	for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		ids = append(ids, suite.ID)
	}
	return ids
}
