package main

import (
	"encoding/pem"
	"fmt"

	"flagrante/draft/desk"
	"flagrante/proxy/authority"
	"flagrante/proxy/upstream"
)

// hostPatterns reads the hosts that are not intercepted.
func hostPatterns(texts []string) ([]upstream.Pattern, error) {
	var all []upstream.Pattern
	for _, text := range texts {
		p, err := upstream.ParsePattern(text)
		if err != nil {
			return nil, &hinted{fmt.Errorf("proxy.passthrough: %w", err), "write api.bank.example, *.bank.example or api.bank.example:8443"}
		}
		all = append(all, p)
	}
	return all, nil
}

// passthrough returns the hosts whose calls pass unread, for the desk.
func (a *app) passthrough() []desk.Passthrough {
	var all []desk.Passthrough
	for _, p := range a.sealed {
		all = append(all, desk.Passthrough{Host: p.String(), Reason: desk.Ruled})
	}
	for _, l := range a.proxy.Learned() {
		all = append(all, desk.Passthrough{
			Host: l.Host, Reason: desk.Learned, Since: l.Since, Until: l.Until,
			Rejections: l.Rejections, LastRejection: l.Last, Cause: l.Reason,
		})
	}
	return all
}

// certificate is what the file holds that apps must trust.
func certificate(ca *authority.Authority) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Root().Raw})
}
