package server

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"slices"
)

// errOtherVendor ends the reading of a connection whose next request is for
// another vendor than those before.
var errOtherVendor = errors.New("the next request is for another vendor")

// absolute reads what an app sends to a plain HTTP proxy (RFC 9112, section
// 3.2.2), as the bytes that the vendor gets: request lines lose scheme and
// authority, and the fields that are between app and proxy are left out. All
// else passes as it is, and what can't be told for sure passes untouched.
type absolute struct {
	net.Conn
	r *bufio.Reader
	// original is the head that was read last, as it was sent.
	original []byte
	// lead are line ends in front of it, which count for nothing (RFC 9112, section 2.2).
	lead []byte
	// ready is what of its rewritten form has not been read yet.
	ready []byte
	// target is the vendor of the requests so far.
	target destination
	body   bodyFraming
	// verbatim is set when heads can't be told from bodies any more.
	verbatim bool
	// changed is set when the vendor has agreed to another protocol.
	changed bool
	// line is the part of a line between chunks that has passed.
	line []byte
	// strict is set when bytes must not pass that may hold a password for us.
	strict bool
	// onward is set when the other end is an upstream proxy.
	onward *onward
	// busy reports whether an exchange is under way, or another protocol.
	busy func() bool
}

// proxyConnection is a field that no proxy passes on.
const proxyConnection = "Proxy-Connection"

// maxHead bounds a request head, in bytes.
const maxHead = maxHeaderBytes

// NetConn returns the connection below.
func (a *absolute) NetConn() net.Conn { return a.Conn }

// first reads the first head, and reports whether it is a request for a vendor.
func (a *absolute) first() (ok bool, err error) {
	if err := a.readHead(); err != nil {
		return false, err
	}
	return a.target != destination{}, nil
}

// Read returns the next bytes for the vendor.
func (a *absolute) Read(p []byte) (int, error) {
	for len(a.ready) == 0 {
		switch {
		case a.verbatim && a.strict && !a.changed:
			return 0, errUnclear
		case a.verbatim:
			return a.r.Read(p)
		case a.body.left > 0:
			n, err := a.r.Read(p[:min(int64(len(p)), a.body.left)])
			a.body.left -= int64(n)
			return n, err
		}
		readMore := a.readHead
		if a.body.chunked {
			readMore = a.readLine
		} else if a.body.upgrade {
			readMore = a.afterUpgrade
		}
		if err := readMore(); err != nil {
			return 0, err
		}
	}
	n := copy(p, a.ready)
	a.ready = a.ready[n:]
	return n, nil
}

// afterUpgrade finds out, when more comes, whether the vendor agreed to change
// the protocol: if it did not, its answer is over, and this is a request.
func (a *absolute) afterUpgrade() error {
	if _, err := a.r.Peek(1); err != nil {
		return err
	}
	a.body.upgrade = false
	a.verbatim = a.busy == nil || a.busy()
	a.changed = a.verbatim
	return nil
}

// readHead reads up to the empty line. What is no head at all passes as it is.
func (a *absolute) readHead() error {
	a.original, a.lead = nil, nil
	target, known := destination{}, false
	for !bytes.HasSuffix(a.original, []byte("\r\n\r\n")) && !bytes.HasSuffix(a.original, []byte("\n\n")) {
		line, err := a.r.ReadSlice('\n')
		a.original = append(a.original, line...)
		ended := err != nil && !errors.Is(err, bufio.ErrBufferFull)
		if ended && len(a.original) == 0 {
			return err
		}
		if ended || len(a.lead)+len(a.original) > maxHead {
			return a.passHead()
		}
		if isLineEnd(a.original) {
			a.lead, a.original = append(a.lead, a.original...), nil
			if a.target != (destination{}) {
				a.ready = a.lead
				return nil
			}
			continue
		}
		// What begins otherwise need not come to an end.
		if !known && err == nil {
			if target, known = destinationOf(a.original); !known {
				return a.passHead()
			}
		}
	}
	if a.target != (destination{}) && a.target != target {
		return errOtherVendor
	}
	a.target = target
	a.accept()
	return nil
}

func isLineEnd(p []byte) bool { return string(p) == "\r\n" || string(p) == "\n" }

// passHead lets what may be no head pass, and all behind it.
func (a *absolute) passHead() error {
	if a.strict {
		return errUnclear
	}
	a.ready, a.verbatim = slices.Concat(a.lead, a.original), true
	return nil
}

// accept makes the head that was read last the one that is passed on.
func (a *absolute) accept() {
	if a.onward != nil {
		a.ready = a.onward.form(a.original)
	} else {
		a.ready = originForm(a.original)
	}
	if len(a.lead) > 0 {
		a.ready = append(a.lead[:len(a.lead):len(a.lead)], a.ready...)
	}
	a.body, a.verbatim = framingOf(a.original)
}

// onward is an upstream proxy that takes plain requests.
type onward struct {
	// authorization is the value of the field that lets us use it, empty for none.
	authorization string
	// connection is that of Proxy-Connection, empty for none.
	connection string
}

// form rewrites a head for the upstream proxy: its target stays in absolute form,
// and what was between the app and us becomes what is between us and it.
func (o *onward) form(head []byte) []byte {
	line, rest, _ := bytes.Cut(head, []byte("\n"))
	out := append(bytes.Clone(line), '\n')
	if o.authorization != "" {
		out = append(out, proxyAuthorization+": "+o.authorization+"\r\n"...)
	}
	if o.connection != "" {
		out = append(out, proxyConnection+": "+o.connection+"\r\n"...)
	}
	return appendEndToEnd(out, rest)
}

// originForm rewrites a head for the vendor.
func originForm(head []byte) []byte {
	line, rest, _ := bytes.Cut(head, []byte("\n"))
	method, after, _ := bytes.Cut(line, []byte(" "))
	target, version, _ := bytes.Cut(after, []byte(" "))
	_, path, _ := bytes.Cut(target, []byte("://"))
	if start := bytes.IndexAny(path, "/?"); start >= 0 {
		path = path[start:]
	} else {
		path = nil
	}
	out := make([]byte, 0, len(head))
	out = append(append(out, method...), ' ')
	switch {
	case len(path) == 0 && string(method) == "OPTIONS":
		out = append(out, '*') // RFC 9112, section 3.2.4.
	case len(path) == 0 || path[0] != '/':
		out = append(out, '/')
	}
	out = append(append(append(out, path...), ' '), version...)
	out = append(out, '\n')
	return appendEndToEnd(out, rest)
}

// appendEndToEnd leaves out the fields that are between app and proxy alone.
func appendEndToEnd(out, fields []byte) []byte {
	skipping := false
	for line := range bytes.Lines(fields) {
		folded := line[0] == ' ' || line[0] == '\t'
		if !folded {
			name, _, _ := bytes.Cut(line, []byte(":"))
			skipping = bytes.EqualFold(name, []byte(proxyConnection)) || bytes.EqualFold(name, []byte(proxyAuthorization))
		}
		if !skipping {
			out = append(out, line...)
		}
	}
	return out
}

// readLine reads what is there of a line between the data of chunks. It passes at
// once, and is understood when it is whole.
func (a *absolute) readLine() error {
	if _, err := a.r.Peek(1); err != nil {
		return err
	}
	there, _ := a.r.Peek(a.r.Buffered())
	piece := there
	if end := bytes.IndexByte(there, '\n'); end >= 0 {
		piece = there[:end+1]
	}
	a.ready = bytes.Clone(piece)
	a.line = append(a.line, piece...)
	if _, err := a.r.Discard(len(piece)); err != nil {
		return err
	}
	if len(a.line) > maxHead || piece[len(piece)-1] == '\n' {
		a.body.line(string(a.line))
		a.line = a.line[:0]
		if a.strict && a.body.left == endless {
			return errUnclear
		}
	}
	return nil
}
