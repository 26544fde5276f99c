package tap

import (
	"errors"
	"io"
	"time"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// ends is who has ended the connection, and how.
type ends struct {
	// appLeft reports that the app ended its side before the vendor did.
	appLeft, appBroke    bool
	vendorLeft, isClosed bool
	// leftAt is when that was.
	leftAt time.Time
	// vendorErr is never nil when the vendor left: whatever is open then is not
	// over.
	vendorErr error
}

// ErrBareEnd is the orderly end of a connection of which its TLS was not told. Many vendors
// end so, and most apps take it for an end like any other.
var ErrBareEnd = errors.New("the connection ended without the goodbye of TLS")

func isOrderly(err error) bool { return err == nil || errors.Is(err, ErrBareEnd) }

func (e *ends) over() bool { return e.appBroke || e.vendorLeft || e.isClosed }

// AppEnded ends what is open when the connection broke. After an orderly end the
// vendor may still answer.
func (t *HTTP1) AppEnded(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.appLeft && !t.vendorLeft {
		t.appLeft, t.leftAt = true, t.opts.Now()
	}
	if err != nil {
		t.appBroke = true
		t.end()
	}
}

// VendorEnded ends what is open: a body that lasts until the end of the
// connection is whole if that is orderly, and nothing else is. Of a bare end that is noted.
func (t *HTTP1) VendorEnded(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over() {
		return
	}
	if isOrderly(err) && t.answering == atBody && t.answer.framing == byClose {
		t.queue[0].received.body.BareEnd = err != nil
		t.endAnswer(t.opts.Now())
	}
	if isOrderly(err) {
		err = io.ErrUnexpectedEOF
	}
	t.vendorLeft, t.vendorErr = true, err
	t.end()
}

// Close reports what is still open.
func (t *HTTP1) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.isClosed = true
	t.end()
}

// end reports what is open. Of requests whose answers could not be read, nothing
// is said but that.
func (t *HTTP1) end() {
	for len(t.queue) > 0 {
		c, at := t.queue[0], t.opts.Now()
		switch {
		case c.isAnswered():
			at = c.answered
		case t.answering == lost:
		case t.appLeft:
			c.x.Aborted = true
			// What came afterwards came to nobody.
			if c.x.Response == nil {
				at = t.leftAt
			}
		case c.x.Response == nil:
			c.x.Err = t.noAnswer(c)
		case t.vendorLeft:
			c.received.body.Err = fault.Of(t.vendorErr, proxy.PhaseReceive).Text
		default:
			c.received.body.Err = proxy.CutByUs
		}
		t.report(at)
	}
}

// noAnswer says why there is no answer.
func (t *HTTP1) noAnswer(c *call) *proxy.Error {
	phase := proxy.PhaseWait
	if t.sending == c {
		phase = proxy.PhaseSend
	}
	if t.vendorLeft {
		return fault.Of(t.vendorErr, phase)
	}
	return &proxy.Error{Type: "proxy_internal_error", Phase: phase, Text: proxy.CutByUs}
}
