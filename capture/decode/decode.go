// Package decode undoes content codings and charsets on captured copies of
// bodies, within bounds: what a hostile peer compressed never fills memory.
package decode

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"

	"flagrante/proxy"
)

const (
	// maxCodings is how many codings may lie on one another; real messages have
	// one.
	maxCodings = 2
	// maxLayer is how many bytes a coding may give to the next one. Without it
	// a small body could keep the processor busy for long with no output.
	maxLayer = 64 << 20
	// maxWindow is the memory that a Zstandard frame may ask for, the 8 MiB that
	// RFC 9659 grants to the content coding.
	maxWindow = 8 << 20
	// enough is how many bytes have to come of a text that is said to be coded, before it
	// is taken for that.
	enough = 64 << 10
)

// ErrUnknown is returned, wrapped, for a coding that is not known.
var ErrUnknown = errors.New("unknown content coding")

// Decoded is a body without its content codings.
type Decoded struct {
	// Data holds at most the bytes that were asked for.
	Data []byte
	// Coding names what was undone, as the header did; empty for nothing.
	Coding string
	// Unannounced reports that the last one of Coding is not in the header, though the
	// body is in it.
	Unannounced bool
	// Uncoded reports that the header names codings which the body is not in: Data is
	// its text as it was sent, and Err says so.
	Uncoded bool
	// More reports that the decoded body is longer than Data.
	More bool
	// Err says why decoding stopped before the end; Data is what came before. A
	// copy that was cut at the capture limit ends so too.
	Err error
}

// Body is Unpacker.Body for one body.
func Body(b proxy.Body, header proxy.Fields, limit int) Decoded {
	return new(Unpacker).Body(b, header, limit)
}

// Body undoes the codings that header names (RFC 9110, section 8.4) on the
// captured bytes of b, unless that has been done, and returns at most limit
// bytes. When not one byte can be decoded, Data holds the captured bytes as they
// are.
func (u *Unpacker) Body(b proxy.Body, header proxy.Fields, limit int) Decoded {
	codings := codings(header)
	if b.Decoded || len(b.Data) == 0 {
		return asItIs(b, limit)
	}
	d := u.announced(b, codings, limit)
	if coding := marked(d.Data); coding != "" && d.Err == nil && isMessage(header.Get("Content-Type")) {
		return u.unannounced(d, coding, b, limit)
	}
	return d
}

func asItIs(b proxy.Body, limit int) Decoded {
	data, more := cut(b.Data, limit)
	return Decoded{Data: data, More: more || b.Cut}
}

// announced undoes what the header names.
func (u *Unpacker) announced(b proxy.Body, codings []string, limit int) Decoded {
	if len(codings) == 0 {
		return asItIs(b, limit)
	}
	name := strings.Join(codings, ", ")
	readable, upTo := isText(b.Data), limit+1
	if readable {
		// Deflate makes a few bytes of most texts before it finds the fault.
		upTo = max(upTo, enough)
	}
	data, err := u.undo(b.Data, codings, upTo)
	if err != nil && (readable || len(data) == 0) {
		d := asItIs(b, limit)
		d.Uncoded, d.Err = readable && !errors.Is(err, ErrUnknown), fmt.Errorf("decode %s: %w", name, err)
		return d
	}
	data, more := cut(data, limit)
	return Decoded{Data: data, Coding: name, More: more || b.Cut, Err: err}
}

func cut(data []byte, limit int) ([]byte, bool) {
	if len(data) <= limit {
		return data, false
	}
	return data[:limit], true
}

// codings lists the codings of header in the order in which they were applied.
func codings(header proxy.Fields) []string {
	var names []string
	for _, value := range header.Values("Content-Encoding") {
		for name := range strings.SplitSeq(value, ",") {
			name = strings.ToLower(strings.TrimSpace(name))
			if name != "" && name != "identity" {
				names = append(names, name)
			}
		}
	}
	return names
}

func (u *Unpacker) undo(data []byte, codings []string, limit int) ([]byte, error) {
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("%d codings lie on one another, at most %d are undone", len(codings), maxCodings)
	}
	var r io.Reader = bytes.NewReader(data)
	for i := len(codings) - 1; i >= 0; i-- {
		layer, err := u.open(codings[i], r)
		if err != nil {
			return nil, err
		}
		defer layer.Close() //nolint:gocritic // There are at most maxCodings of them.
		r = io.LimitReader(layer, maxLayer)
	}
	return io.ReadAll(io.LimitReader(r, int64(limit)))
}

func (u *Unpacker) open(coding string, r io.Reader) (io.ReadCloser, error) {
	switch coding {
	case "gzip", "x-gzip":
		return u.gunzip(r)
	case "deflate":
		return inflate(r)
	case "br":
		return u.unbrotli(r)
	case "zstd":
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return nil, ErrUnknown
}

// inflate reads the zlib format that the standard asks for, and the raw deflate
// that some servers send in its place (RFC 9110, section 8.4.1.2).
func inflate(r io.Reader) (io.ReadCloser, error) {
	buffered := bufio.NewReader(r)
	head, err := buffered.Peek(2)
	if err != nil {
		return nil, err
	}
	if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		plain, err := zlib.NewReader(buffered)
		return whole{plain, buffered}, err
	}
	return whole{flate.NewReader(buffered), buffered}, nil
}

// errBehind is for what follows the end of a coding: the readers of the others say so
// themselves.
var errBehind = errors.New("bytes follow the end")

// whole reports an error when something follows the end of what is read.
type whole struct {
	io.ReadCloser
	packed *bufio.Reader
}

func (w whole) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	if err == io.EOF {
		if _, more := w.packed.Peek(1); more == nil {
			err = errBehind
		}
	}
	return n, err
}
