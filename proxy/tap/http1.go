package tap

import (
	"sync"
	"time"
)

// pipelineLimit is the number of requests that may wait for their answers, and
// pipelineHeld the memory that they may take.
const (
	pipelineLimit = 1000
	pipelineHeld  = 4 << 20
)

// position is where a side of an HTTP/1 connection is.
type position int

const (
	atHead position = iota
	atBody
	// atHold is where the app's side is after a CONNECT or an Upgrade: what its
	// bytes mean depends on the answer.
	atHold
	// lost is where it is not known any more what the bytes mean.
	lost
)

// HTTP1 follows an HTTP/1.0 or HTTP/1.1 connection. Each side is read on its
// own, and the n-th final answer belongs to the n-th request. It reads a message
// in one way only if every recipient has to read it so; from the first message
// that leaves a doubt on, it follows the connection no more, and says so in the
// exchange of that message. What it holds is bounded.
type HTTP1 struct {
	opts Options
	conn Conn

	// mu is held while an exchange is observed, which never blocks.
	mu    sync.Mutex
	queue []*call
	held  int
	begun bool
	// spare is a call that is over, for the next one.
	spare *call

	// The app's side.
	asking  position
	asked   lineReader
	began   time.Time
	sending *call
	request bodyReader

	// The vendor's side.
	answering position
	answered  lineReader
	answer    bodyReader
	firstByte time.Time

	// next is the tap that follows the connection from here on, nil for this one.
	next Tap

	ends
}

// NewHTTP1 returns a tap for a connection on which nothing was sent yet.
func NewHTTP1(o Options, c Conn) *HTTP1 {
	return &HTTP1{opts: o, conn: c, answered: lineReader{takesBare: true}}
}

// App takes what the app sent next.
func (t *HTTP1) App(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.opts.Now()
	for len(p) > 0 && t.asking != lost {
		var n int
		switch t.asking {
		case atHead:
			n = t.readRequestHead(p, now)
		case atBody:
			n = t.readRequestBody(p, now)
		default:
			t.began = now
			t.begin("", 0, tooEarly, now)
		}
		if p = p[n:]; t.next != nil {
			t.next.App(p)
			return
		}
	}
}

// Vendor takes what the vendor sent next.
func (t *HTTP1) Vendor(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.opts.Now()
	for len(p) > 0 && t.answering != lost && !t.over() {
		var n int
		if t.answering == atHead {
			n = t.readAnswerHead(p, now)
		} else {
			n = t.readAnswerBody(p, now)
		}
		if p = p[n:]; t.next != nil {
			t.next.Vendor(p)
			return
		}
	}
}

// Busy reports whether a message is under way, or may be: of what cannot be
// followed, a WebSocket included, it is not known.
func (t *HTTP1) Busy() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.over() && (len(t.queue) > 0 || t.asking != atHead || t.answering != atHead || !t.asked.isEmpty())
}

// Waiting reports whether an answer is due of which nothing has come.
func (t *HTTP1) Waiting() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.over() && t.isDue() && t.answering == atHead && t.answered.isEmpty()
}

// SpeaksHTTP1 is true.
func (t *HTTP1) SpeaksHTTP1() bool { return true }

var _ Tap = (*HTTP1)(nil)
