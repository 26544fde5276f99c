package config

import (
	"fmt"
	"net/netip"

	"flagrante/capture/locate"
	"flagrante/cmd/flagrante/internal/hinted"
)

// NewLocator knows where calls come from, by what the configuration says of it.
func NewLocator(c Config) (*locate.Locator, error) {
	trusted, err := prefixes("trusted peer", c.Origin.TrustedPeers)
	if err != nil {
		return nil, err
	}
	l := &locate.Locator{Trusted: trusted}
	if c.Origin.Country != "" {
		if l.Country, err = locate.ParseCountry(c.Origin.Country); err != nil {
			return nil, fmt.Errorf("origin.country: %w", err)
		}
	}
	if c.Origin.EgressIP != "" {
		if l.Egress, err = netip.ParseAddr(c.Origin.EgressIP); err != nil {
			return nil, hinted.New(fmt.Errorf("origin.egress_ip: %q is not an IP address", c.Origin.EgressIP), "write the address with which requests leave for the internet")
		}
	}
	if c.GeoIP != "" {
		l.DB, err = locate.Open(c.GeoIP)
	} else {
		l.DB, err = locate.Embedded()
	}
	return l, err
}
