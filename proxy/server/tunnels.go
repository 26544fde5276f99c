package server

import (
	"net"
	"sync"
)

// tunnelListener hands intercepted tunnels to a server as if it had accepted
// them, and knows those that are still being set up.
type tunnelListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once

	// mu guards setups, the number of tunnels that are being set up. A WaitGroup
	// would not do: one may begin while somebody waits.
	mu     sync.Mutex
	setups int
	none   *sync.Cond
}

func newTunnelListener() *tunnelListener {
	l := &tunnelListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	l.none = sync.NewCond(&l.mu)
	return l
}

// setUp runs f, which sets a tunnel up. It must be called while the CONNECT is
// still a request of the front server, so that none is missed by wait.
func (l *tunnelListener) setUp(f func()) {
	l.count(1)
	defer l.count(-1)
	f()
}

func (l *tunnelListener) count(change int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.setups += change; l.setups == 0 {
		l.none.Broadcast()
	}
}

// push hands a tunnel over; after the close it only closes it.
func (l *tunnelListener) push(c net.Conn) {
	select {
	case l.conns <- c:
	case <-l.closed:
		c.Close()
	}
}

// wait returns when no tunnel is being set up any more.
func (l *tunnelListener) wait() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.setups > 0 {
		l.none.Wait()
	}
}

// Accept returns the next tunnel.
func (l *tunnelListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close makes Accept return net.ErrClosed.
func (l *tunnelListener) Close() error {
	l.close()
	return nil
}

func (l *tunnelListener) close() { l.once.Do(func() { close(l.closed) }) }

// Addr returns an address that says what this is.
func (l *tunnelListener) Addr() net.Addr { return &net.UnixAddr{Name: "tunnels", Net: "unix"} }
