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

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
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
)

// ErrUnknown is returned, wrapped, for a coding that is not known.
var ErrUnknown = errors.New("unknown content coding")

// Decoded is a body without its content codings.
type Decoded struct {
	// Data holds at most the bytes that were asked for.
	Data []byte
	// Coding names what was undone, as the header did; empty for nothing.
	Coding string
	// More reports that the decoded body is longer than Data.
	More bool
	// Err says why decoding stopped before the end; Data is what came before. A
	// copy that was cut at the capture limit ends so too.
	Err error
}

// Body undoes the codings that header names (RFC 9110, section 8.4) on the
// captured bytes of b, unless that has been done, and returns at most limit
// bytes. When not one byte can be decoded, Data holds the captured bytes as they
// are.
func Body(b proxy.Body, header proxy.Fields, limit int) Decoded {
	codings := codings(header)
	if b.Decoded || len(codings) == 0 || len(b.Data) == 0 {
		data, more := cut(b.Data, limit)
		return Decoded{Data: data, More: more || b.Cut}
	}
	name := strings.Join(codings, ", ")
	data, err := undo(b.Data, codings, limit+1)
	if err != nil && len(data) == 0 {
		raw, more := cut(b.Data, limit)
		return Decoded{Data: raw, More: more || b.Cut, Err: fmt.Errorf("decode %s: %w", name, err)}
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

func undo(data []byte, codings []string, limit int) ([]byte, error) {
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("%d codings lie on one another, at most %d are undone", len(codings), maxCodings)
	}
	var r io.Reader = bytes.NewReader(data)
	for i := len(codings) - 1; i >= 0; i-- {
		layer, err := open(codings[i], r)
		if err != nil {
			return nil, err
		}
		defer layer.Close() //nolint:gocritic // There are at most maxCodings of them.
		r = io.LimitReader(layer, maxLayer)
	}
	return io.ReadAll(io.LimitReader(r, int64(limit)))
}

func open(coding string, r io.Reader) (io.ReadCloser, error) {
	switch coding {
	case "gzip", "x-gzip":
		return gzip.NewReader(r)
	case "deflate":
		return inflate(r)
	case "br":
		return io.NopCloser(brotli.NewReader(r)), nil
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
		return zlib.NewReader(buffered)
	}
	return flate.NewReader(buffered), nil
}
