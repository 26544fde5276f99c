package server

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync"

	"flagrante/proxy/gather"
	"flagrante/proxy/upstream"
)

const (
	// idleBuffer is what a connection without TLS holds while it waits.
	idleBuffer = 4 << 10
	// smallBuffer is the largest TLS record (RFC 8446, section 5.1).
	smallBuffer = 16 << 10
	// burstSize is the most that is passed on at once: whole records, or what is over
	// of the last one would be passed on by itself.
	burstSize = 4 * smallBuffer
	// largeBuffer takes a burst, in the clear or sealed.
	largeBuffer = burstSize + 8<<10
	// burstFrom is the size of a piece after which more is likely to be there.
	burstFrom = 8 << 10
)

// buffers are reused. Inside of TLS, a connection has one only while it has
// something to pass on.
type buffers struct{ idle, small, large sync.Pool }

func (b *buffers) get(size int) *[]byte {
	if used, ok := b.pool(size).Get().(*[]byte); ok {
		return used
	}
	fresh := make([]byte, size)
	return &fresh
}

func (b *buffers) put(used *[]byte) { b.pool(len(*used)).Put(used) }

func (b *buffers) pool(size int) *sync.Pool {
	switch size {
	case idleBuffer:
		return &b.idle
	case smallBuffer:
		return &b.small
	}
	return &b.large
}

// burstReader reads what a side has sent so far. It holds no buffer while it
// waits inside of TLS: there one byte is waited for, and the rest of its record
// is then at hand.
type burstReader struct {
	src     net.Conn
	below   *gather.Conn
	buffers *buffers
	buffer  *[]byte
	first   [1]byte
	// size is that of the next buffer without TLS.
	size int
}

func newBurstReader(src net.Conn, b *buffers) *burstReader {
	return &burstReader{src: src, below: gatherOf(src), buffers: b, size: idleBuffer}
}

// gatherOf returns what is below the TLS of c, nil without TLS.
func gatherOf(c net.Conn) *gather.Conn {
	if v, ok := c.(*upstream.Conn); ok {
		c = v.Conn
	}
	if secure, ok := c.(*tls.Conn); ok {
		below, _ := secure.NetConn().(*gather.Conn)
		return below
	}
	return nil
}

// read returns the next piece, which is valid until release. With an error there
// may be a piece as well.
func (r *burstReader) read() ([]byte, error) {
	if r.below == nil {
		return r.readPlain()
	}
	n, err := r.src.Read(r.first[:])
	if n == 0 {
		return nil, err
	}
	r.buffer = r.buffers.get(smallBuffer)
	(*r.buffer)[0] = r.first[0]
	if err != nil {
		return (*r.buffer)[:1], err
	}
	defer r.below.Be(gather.Wait)
	r.below.Be(gather.None)
	if n, err = r.more(1, smallBuffer); n >= burstFrom && err == nil {
		r.widen(n)
		r.below.Be(gather.Glance)
		n, err = r.more(n, burstSize)
	}
	return (*r.buffer)[:n], err
}

// readPlain reads once. Who fills a buffer gets a larger one.
func (r *burstReader) readPlain() ([]byte, error) {
	r.buffer = r.buffers.get(r.size)
	n, err := r.src.Read(*r.buffer)
	if n == r.size {
		r.size = smallBuffer
	}
	return (*r.buffer)[:n], err
}

// more fills the buffer from n up to limit with what is there.
func (r *burstReader) more(n, limit int) (int, error) {
	for n < limit {
		m, err := r.src.Read((*r.buffer)[n:limit])
		n += m
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// widen moves the first n bytes to a large buffer.
func (r *burstReader) widen(n int) {
	large := r.buffers.get(largeBuffer)
	copy(*large, (*r.buffer)[:n])
	r.buffers.put(r.buffer)
	r.buffer = large
}

// release gives the buffer back.
func (r *burstReader) release() {
	if r.buffer != nil {
		r.buffers.put(r.buffer)
		r.buffer = nil
	}
}

// writeBurst writes a piece. The records of a large one leave together.
func (b *buffers) writeBurst(dst net.Conn, piece []byte) error {
	below := gatherOf(dst)
	if below == nil || len(piece) <= smallBuffer {
		_, err := dst.Write(piece)
		return err
	}
	room := b.get(largeBuffer)
	defer b.put(room)
	below.Gather(*room)
	_, err := dst.Write(piece)
	return errors.Join(err, below.Flush())
}
