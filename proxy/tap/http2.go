package tap

import (
	"encoding/binary"
	"maps"
	"slices"
	"sync"

	"flagrante/proxy"
)

const (
	// streamLimit is the number of open streams that are followed at once. What
	// is over it passes without being seen.
	streamLimit = 1000
	// heldLimit is what the open streams of a connection may keep in memory, in
	// bytes. Over it, bodies are cut and new streams are not followed.
	heldLimit = 64 << 20
	// streamMask takes the reserved bit off a stream identifier.
	streamMask = 1<<31 - 1
	// settingTableSize is SETTINGS_HEADER_TABLE_SIZE (RFC 9113, section 6.5.2).
	settingTableSize = 1
)

const (
	errPadding = misfit("a frame is shorter than its padding")
	errShort   = misfit("a frame does not have the length of its type")
	errIdle    = misfit("a frame is on a stream that nobody opened")
	errBegin   = misfit("a side does not begin with the settings of HTTP/2")
	errBlock   = misfit("a header block is too long to be followed")
)

// HTTP2 is the Tap of a connection that speaks HTTP/2 (RFC 9113).
type HTTP2 struct {
	opts Options
	conn Conn

	mu          sync.Mutex
	app, vendor half
	streams     map[uint32]*stream
	// newest is the highest stream that the app has opened.
	newest uint32
	// held is the sum of what the open streams keep.
	held int64
	// goAway is the last word of the vendor, if it said one.
	goAway *goAway
	// unread says why nothing more is followed, empty while it is.
	unread      string
	appGone     bool
	ended       bool
	established bool
}

// half is one direction of a connection.
type half struct {
	fromVendor bool
	frames     frameReader
	fields     *fieldDecoder
	// opening is the frame that began the header block that is being read.
	opening frame
	block   []byte
}

// goAway is the vendor's word that it takes no streams above the last.
type goAway struct{ last, code uint32 }

// NewHTTP2 follows a connection from its first byte, the app's preface.
func NewHTTP2(o Options, c Conn) *HTTP2 {
	return &HTTP2{
		opts:    o,
		conn:    c,
		app:     half{fields: newFieldDecoder(), frames: frameReader{preface: clientPreface}},
		vendor:  half{fields: newFieldDecoder(), fromVendor: true},
		streams: map[uint32]*stream{},
	}
}

// App takes a copy of what the app sent next.
func (t *HTTP2) App(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.app.frames.preface != "" && t.isHTTP1(p) {
		t.becomeHTTP1(p)
		return
	}
	t.follow(&t.app, p)
}

// Vendor takes a copy of what the vendor sent next.
func (t *HTTP2) Vendor(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.follow(&t.vendor, p)
}

// Busy reports whether a stream is open, or the app's part of an upgrade is due. Of a
// connection that could not be followed it is not known, so that one is busy until it ends.
func (t *HTTP2) Busy() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.ended && (len(t.streams) > 0 || t.unread != "" || t.newest > 0 && t.app.frames.preface != "")
}

// Waiting reports whether a stream is open of whose answer nothing has come.
func (t *HTTP2) Waiting() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, st := range t.streams {
		if !t.ended && st.exchange.Response == nil {
			return true
		}
	}
	return false
}

func (t *HTTP2) follow(h *half, p []byte) {
	for len(p) > 0 && t.unread == "" && !t.ended {
		piece, n, err := h.frames.read(p)
		p = p[n:]
		if err == nil {
			err = t.take(h, piece)
		}
		if err != nil {
			t.unread = err.Error()
			t.notHTTP2(h, err)
		}
	}
}

func (t *HTTP2) take(h *half, p piece) error {
	switch {
	case p.kind == frameData:
		return t.data(h, p)
	case !p.last:
		return nil
	case p.isBlock():
		return t.block(h, p)
	case p.kind == frameReset:
		return t.reset(h, p)
	case p.kind == frameSettings:
		return t.settings(h, p)
	case p.kind == frameGoAway && h.fromVendor:
		return t.leave(p)
	}
	return nil
}

// settings hands the table size that one side offers to the decoder of what the
// other side will compress.
func (t *HTTP2) settings(h *half, p piece) error {
	const size = 6
	if len(p.data)%size != 0 {
		return errShort
	}
	encoder := t.vendor.fields
	if h.fromVendor {
		encoder = t.app.fields
	}
	for s := range slices.Chunk(p.data, size) {
		if binary.BigEndian.Uint16(s) == settingTableSize {
			encoder.allow(binary.BigEndian.Uint32(s[2:]))
		}
	}
	return nil
}

// reset ends a stream by the will of one side. A reset after the answer is
// nothing: the stream is gone.
func (t *HTTP2) reset(h *half, p piece) error {
	if len(p.data) != 4 {
		return errShort
	}
	st, err := t.find(p.stream)
	switch {
	case st == nil:
		return err
	case !h.fromVendor:
		t.abort(st)
	default:
		t.fail(st, terminated("the vendor reset the stream: "+errorCode(binary.BigEndian.Uint32(p.data))))
	}
	return nil
}

// leave notes the vendor's farewell. It never takes streams back in (RFC 9113,
// section 6.8).
func (t *HTTP2) leave(p piece) error {
	if len(p.data) < 8 {
		return errShort
	}
	said := goAway{last: binary.BigEndian.Uint32(p.data) & streamMask, code: binary.BigEndian.Uint32(p.data[4:])}
	if t.goAway != nil {
		said.last = min(said.last, t.goAway.last)
	}
	t.goAway = &said
	for _, st := range t.open() {
		t.turnAway(st)
	}
	return nil
}

// turnAway ends a stream that the vendor's farewell has left out.
func (t *HTTP2) turnAway(st *stream) {
	if t.goAway != nil && st.id > t.goAway.last {
		t.fail(st, terminated("the vendor is leaving the connection and did not take the request: "+errorCode(t.goAway.code)))
	}
}

// find returns an open stream, nil for one that is over or not followed, and an
// error for one that was never opened. What the vendor pushes is not followed.
func (t *HTTP2) find(id uint32) (*stream, error) {
	if st := t.streams[id]; st != nil {
		return st, nil
	}
	if isPushed(id) || id <= t.newest {
		return nil, nil
	}
	return nil, errIdle
}

func isPushed(id uint32) bool { return id%2 == 0 }

// open returns the open streams in the order in which they were opened.
func (t *HTTP2) open() []*stream {
	open := make([]*stream, 0, len(t.streams))
	for _, id := range slices.Sorted(maps.Keys(t.streams)) {
		open = append(open, t.streams[id])
	}
	return open
}

// SpeaksHTTP1 is false.
func (t *HTTP2) SpeaksHTTP1() bool { return false }

var _ Tap = (*HTTP2)(nil)

// terminated names a stream that the vendor broke off.
func terminated(text string) *proxy.Error {
	return &proxy.Error{Type: "connection_terminated", Phase: proxy.PhaseWait, Text: text}
}
