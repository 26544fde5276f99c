package server

import (
	"io"
	"sync"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// bodyCopy keeps the first bytes of a body and counts all of them. The transport
// may still send a request while its answer is being reported, hence the lock.
type bodyCopy struct {
	mu    sync.Mutex
	limit int64
	body  proxy.Body
}

func newBodyCopy(limit int64) *bodyCopy { return &bodyCopy{limit: limit} }

func (c *bodyCopy) write(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if room := c.limit - int64(len(c.body.Data)); room > 0 {
		c.body.Data = append(c.body.Data, p[:min(room, int64(len(p)))]...)
	}
	c.body.Size += int64(len(p))
	c.body.Cut = c.body.Size > c.limit
}

// end notes how the body ended: err is nil or io.EOF when it is whole.
func (c *bodyCopy) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	//nolint:errorlint // Only io.EOF itself is the end, a wrapped one is a broken connection.
	if err == nil || err == io.EOF {
		c.body.Complete = true
		return
	}
	c.body.Err = fault.Of(err, proxy.PhaseReceive).Text
}

// snapshot returns what was copied so far; later writes do not change it.
func (c *bodyCopy) snapshot() proxy.Body {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.body
	b.Data = b.Data[:len(b.Data):len(b.Data)]
	return b
}
