package upstream_test

import (
	"crypto/tls"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy/upstream"
)

func TestAVendorIsOfferedWhatTheAppOffers(t *testing.T) {
	const grease, listed, ssl3 = 0x7a7a, 43, 0x0300
	tests := map[string]struct {
		hello tls.ClientHelloInfo
		want  upstream.Offer
	}{
		"nothing": {tls.ClientHelloInfo{}, upstream.Offer{}},
		"a browser": {tls.ClientHelloInfo{
			SupportedVersions: []uint16{grease, tls.VersionTLS13, tls.VersionTLS12}, Extensions: []uint16{grease, listed},
			CipherSuites: []uint16{grease, tls.TLS_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		}, upstream.Offer{Min: tls.VersionTLS12, Max: tls.VersionTLS13, Suites: []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}},
		"every version, one by one": {tls.ClientHelloInfo{
			SupportedVersions: []uint16{tls.VersionTLS12, tls.VersionTLS11, tls.VersionTLS10, ssl3}, Extensions: []uint16{listed},
			CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA},
		}, upstream.Offer{Min: tls.VersionTLS10, Max: tls.VersionTLS12, Suites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}},
		"the latest version alone": {tls.ClientHelloInfo{SupportedVersions: []uint16{tls.VersionTLS12, tls.VersionTLS11, tls.VersionTLS10}},
			upstream.Offer{Min: tls.VersionTLS12, Max: tls.VersionTLS12}},
		"an old app": {tls.ClientHelloInfo{SupportedVersions: []uint16{tls.VersionTLS10}}, upstream.Offer{Min: tls.VersionTLS10, Max: tls.VersionTLS10}},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, upstream.OfferOf(&test.hello)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
