package tap

import "encoding/binary"

// The frame types that are followed (RFC 9113, section 6). All others pass
// unseen: they carry nothing of an exchange.
const (
	frameData         = 0x0
	frameHeaders      = 0x1
	frameReset        = 0x3
	frameSettings     = 0x4
	framePushPromise  = 0x5
	frameGoAway       = 0x7
	frameContinuation = 0x9
)

// The frame flags that are followed.
const (
	flagEndStream  = 0x1
	flagEndHeaders = 0x4
	flagPadded     = 0x8
	flagPriority   = 0x20
)

const (
	// clientPreface is what an app sends first (RFC 9113, section 3.4).
	clientPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	frameHeadLen  = 9
	// payloadLimit is the longest payload that is put together, in bytes. Those
	// of DATA frames never are.
	payloadLimit = 1 << 20
	// payloadKept is the capacity that a reader keeps for the next payload.
	payloadKept = 64 << 10
)

// misfit says why a connection cannot be followed any more. It holds no word of
// what passed.
type misfit string

func (m misfit) Error() string { return string(m) }

// frame is the head of a frame.
type frame struct {
	kind, flags byte
	stream      uint32
	length      int
}

func (f frame) has(flag byte) bool { return f.flags&flag != 0 }

// piece is a part of a frame: of DATA the next bytes of the body, without the
// padding; of the other followed frames the whole payload. It is good until the
// next one is read.
type piece struct {
	frame
	data []byte
	// last reports that the frame is over.
	last bool
}

// frameReader cuts what one side sends into frames, however it arrives.
type frameReader struct {
	// preface is what has to come before the first frame.
	preface string
	started bool
	head    [frameHeadLen]byte
	have    int
	frame   frame
	left    int
	// padding is the length of the padding of a DATA frame, -1 until it is known.
	padding int
	payload []byte
	// block is the stream of a header block that is not over, 0 for none: only
	// its continuation may follow.
	block uint32
}

// read takes the next bytes off p, at least one, and returns how many. The piece
// says nothing unless it has data or is the last of its frame.
func (r *frameReader) read(p []byte) (piece, int, error) {
	switch {
	case r.preface != "":
		n, err := r.readPreface(p)
		return piece{}, n, err
	case r.have < frameHeadLen:
		return r.readHead(p)
	case r.frame.kind == frameData:
		return r.readData(p)
	case r.frame.isWhole():
		return r.readWhole(p)
	}
	n := min(r.left, len(p))
	r.left -= n
	return r.piece(nil), n, nil
}

func (r *frameReader) readPreface(p []byte) (int, error) {
	n := min(len(r.preface), len(p))
	if r.preface[:n] != string(p[:n]) {
		return n, misfit("the app does not speak HTTP/2")
	}
	r.preface = r.preface[n:]
	return n, nil
}

func (r *frameReader) readHead(p []byte) (piece, int, error) {
	n := copy(r.head[r.have:], p)
	r.have += n
	if r.have < frameHeadLen {
		return piece{}, n, nil
	}
	r.frame = frame{
		kind:   r.head[3],
		flags:  r.head[4],
		stream: binary.BigEndian.Uint32(r.head[5:]) & streamMask,
		length: int(r.head[0])<<16 | int(r.head[1])<<8 | int(r.head[2]),
	}
	r.left, r.padding = r.frame.length, 0
	if err := r.check(); err != nil {
		return piece{}, n, err
	}
	if r.left > 0 {
		return piece{}, n, nil
	}
	return r.piece(nil), n, nil
}

// check refuses frames after which nothing can be told with certainty.
func (r *frameReader) check() error {
	f := r.frame
	switch {
	case !r.started && f.kind != frameSettings:
		return errBegin
	case r.block != 0 && (f.kind != frameContinuation || f.stream != r.block),
		r.block == 0 && f.kind == frameContinuation:
		return misfit("a header block is torn by another frame")
	case f.isWhole() && f.length > payloadLimit:
		return misfit("a frame is too long to be followed")
	case f.isOfStream() != (f.stream != 0) && (f.kind == frameData || f.isWhole()):
		return misfit("a frame is on a stream on which it cannot be")
	}
	r.started = true
	if f.isBlock() {
		r.block = f.stream
		if f.has(flagEndHeaders) {
			r.block = 0
		}
	}
	if f.kind == frameData && f.has(flagPadded) {
		r.padding = -1
		if f.length == 0 {
			return errPadding
		}
	}
	return nil
}

func (r *frameReader) readData(p []byte) (piece, int, error) {
	if r.padding < 0 {
		r.padding = int(p[0])
		r.left--
		if r.padding > r.left {
			return piece{}, 1, errPadding
		}
		return r.piece(nil), 1, nil
	}
	if body := r.left - r.padding; body > 0 {
		n := min(body, len(p))
		r.left -= n
		return r.piece(p[:n]), n, nil
	}
	n := min(r.left, len(p))
	r.left -= n
	return r.piece(nil), n, nil
}

func (r *frameReader) readWhole(p []byte) (piece, int, error) {
	n := min(r.left, len(p))
	r.left -= n
	if r.left == 0 && len(r.payload) == 0 {
		return r.piece(p[:n]), n, nil
	}
	r.payload = append(r.payload, p[:n]...)
	if r.left > 0 {
		return piece{}, n, nil
	}
	whole := r.payload
	r.payload = r.payload[:0]
	if cap(r.payload) > payloadKept {
		r.payload = nil
	}
	return r.piece(whole), n, nil
}

// piece ends the frame when nothing is left of it.
func (r *frameReader) piece(data []byte) piece {
	if r.left == 0 {
		r.have = 0
	}
	return piece{frame: r.frame, data: data, last: r.left == 0}
}

// isWhole reports whether the frame is wanted in one piece.
func (f frame) isWhole() bool {
	switch f.kind {
	case frameHeaders, framePushPromise, frameContinuation, frameReset, frameSettings, frameGoAway:
		return true
	}
	return false
}

// isBlock reports whether the frame holds a part of a header block.
func (f frame) isBlock() bool {
	return f.kind == frameHeaders || f.kind == framePushPromise || f.kind == frameContinuation
}

// isOfStream reports whether the frame belongs to a stream, not to the connection.
func (f frame) isOfStream() bool { return f.kind != frameSettings && f.kind != frameGoAway }
