package fault

import (
	"crypto/tls"
	"errors"
	"net"
)

// alertHandshakeFailure is how a vendor says that nothing was offered that it takes (RFC
// 8446, section 6.2).
const alertHandshakeFailure = tls.AlertError(40)

// Suites names the error of a handshake with the vendor called host whose app had offered
// cipher suites that we don't have, if those may be the ones that the vendor takes. Other
// errors are returned as they are.
func Suites(err error, host string) error {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" || op.Err.Error() != alertHandshakeFailure.Error() {
		return err
	}
	return atHandshake(typeTLSAlert, "the vendor takes no cipher suite that flagrante has, which are none with DHE and none of CBC with SHA-384; "+
		"the app offers others: if the call works without flagrante, add "+host+" to proxy.passthrough", err)
}
