// Package tap rebuilds exchanges from copies of the bytes that pass a
// connection. It never touches the bytes themselves: whatever it makes of them,
// they pass as they are.
package tap

import (
	"net/netip"
	"time"

	"flagrante/proxy"
)

// Options are what every tap needs.
type Options struct {
	// Observe receives every exchange once, when it is over.
	Observe proxy.Observer
	Now     func() time.Time
	// NewID returns the ID of an exchange that began at the given time.
	NewID func(time.Time) string
	// BodyLimit is the number of bytes copied of each body.
	BodyLimit int64
	// Pool lends the memory of exchanges, nil for fresh memory.
	Pool *proxy.Pool
	// Become receives the tap that has to be fed from now on, where another protocol turns
	// out to be spoken than the tap was made for. Without it, such a connection is followed
	// no more.
	Become func(Tap)
}

// Conn is what is known of a connection before its first byte.
type Conn struct {
	// Scheme is "http" or "https".
	Scheme string
	// Authority stands in URLs for a request that names no host.
	Authority string
	Client    netip.AddrPort
	Peer      netip.AddrPort
	Tunnel    proxy.Fields
	Upstream  proxy.Upstream
	// Setup holds the times of DNS, Connect and TLS. They count for the first
	// exchange; the later ones found the connection ready.
	Setup proxy.Phases
}

// Tap follows one connection. The two sides are fed from two goroutines. Bytes
// are fed before they are passed on, so an answer is never fed before the
// request that it answers.
type Tap interface {
	// App takes a copy of what the app sent next. It keeps no reference to p.
	App(p []byte)
	// Vendor takes a copy of what the vendor sent next.
	Vendor(p []byte)
	// AppEnded says that the app sends no more: err is nil for an orderly end,
	// which may be a half-close, and else says how the connection broke.
	AppEnded(err error)
	// VendorEnded says the same of the vendor, whose orderly end may be ErrBareEnd too.
	VendorEnded(err error)
	// Busy reports whether an exchange is going on, or whether something else is
	// that must not be cut off without need, such as a WebSocket.
	Busy() bool
	// Waiting reports whether an answer is due of which not one byte has come.
	Waiting() bool
	// SpeaksHTTP1 reports whether the app would understand an answer in HTTP/1.
	SpeaksHTTP1() bool
	// Close reports what is still open. Nothing is fed after it.
	Close()
}
