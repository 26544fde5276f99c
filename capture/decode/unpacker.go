package decode

import (
	"io"
	"sync/atomic"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"flagrante/proxy"
)

// Unpacker undoes the codings of one body after the other with the same readers: that of
// gzip takes dozens of times the memory of a small body, and longer to make than such a body
// to read. The zero value is ready for use, by one goroutine.
type Unpacker struct {
	// These are nil while they are read from, since codings may lie on one another.
	gzip   *gzip.Reader
	brotli *brotli.Reader
}

// Shared is an Unpacker for many goroutines: one at a time has it, and others that come
// meanwhile use readers of their own. The zero value is ready for use.
type Shared struct{ idle atomic.Pointer[Unpacker] }

// Body is Unpacker.Body.
func (s *Shared) Body(b proxy.Body, header proxy.Fields, limit int) Decoded {
	u := s.idle.Swap(nil)
	if u == nil {
		u = &Unpacker{}
	}
	defer s.idle.Store(u)
	return u.Body(b, header, limit)
}

func (u *Unpacker) gunzip(r io.Reader) (io.ReadCloser, error) {
	z := u.gzip
	if u.gzip = nil; z == nil {
		z = &gzip.Reader{}
	}
	return &lent{Reader: z, back: func() { u.gzip = z }}, z.Reset(r)
}

func (u *Unpacker) unbrotli(r io.Reader) (io.ReadCloser, error) {
	z := u.brotli
	if u.brotli = nil; z == nil {
		z = &brotli.Reader{}
	}
	return &lent{Reader: z, back: func() { u.brotli = z }}, z.Reset(r)
}

// maxKept is the length of a text up to which its reader is used again, in bytes: that of
// Brotli holds as much of it as it has to, and as a vendor says it has to, up to 16 MiB.
const maxKept = 256 << 10

// lent is a reader that is given back when it is closed, if it came to its end soon.
type lent struct {
	io.Reader
	n    int
	over bool
	back func()
}

func (l *lent) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	l.n += n
	l.over = err == io.EOF
	return n, err
}

func (l *lent) Close() error {
	if l.over && l.n <= maxKept {
		l.back()
	}
	return nil
}
