package app

import (
	"encoding/pem"

	"flagrante/draft/desk/service"
	"flagrante/proxy/authority"
)

// passthrough returns the hosts whose calls pass unread, for the desk.
func (a *App) passthrough() []service.Passthrough {
	var all []service.Passthrough
	for _, p := range a.sealed {
		all = append(all, service.Passthrough{Host: p.String(), Reason: service.Ruled})
	}
	for _, l := range a.proxy.Learned() {
		all = append(all, service.Passthrough{
			Host: l.Host, Reason: service.Learned, Since: l.Since, Until: l.Until,
			Rejections: l.Rejections, LastRejection: l.Last, Cause: l.Reason,
		})
	}
	return all
}

// Certificate is what the file holds that apps must trust.
func Certificate(ca *authority.Authority) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Root().Raw})
}
