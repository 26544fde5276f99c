package har

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// scanBuffer is the size of the pieces in which a HAR is read, in bytes.
const scanBuffer = 64 << 10

// keyLimit is the longest name of a member that is looked at, in bytes.
const keyLimit = 1 << 10

// errLarge says that one value alone is larger than it may be.
var errLarge = errors.New("it is too large")

// scanner finds where the values of a JSON text begin and end. It does not look
// into them, so it passes by what is broken or too large inside of a value, and
// goes on behind it.
type scanner struct {
	r      *bufio.Reader
	offset int64
	line   int
}

func newScanner(r io.Reader) *scanner {
	return &scanner{r: bufio.NewReaderSize(r, scanBuffer), line: 1}
}

// place says where the scanner is.
func (s *scanner) place() string { return fmt.Sprintf("line %d, byte %d", s.line, s.offset) }

// window returns what is buffered, at least one byte.
func (s *scanner) window() ([]byte, error) {
	if _, err := s.r.Peek(1); err != nil {
		return nil, err
	}
	return s.r.Peek(s.r.Buffered())
}

// pass leaves n bytes of the window behind.
func (s *scanner) pass(window []byte, n int) {
	s.line += bytes.Count(window[:n], []byte{'\n'})
	s.offset += int64(n)
	_, _ = s.r.Discard(n) // They are buffered.
}

// peek returns the next byte that is no white space, and leaves it there.
func (s *scanner) peek() (byte, error) {
	for {
		window, err := s.window()
		if err != nil {
			return 0, err
		}
		rest := bytes.TrimLeft(window, " \t\r\n")
		s.pass(window, len(window)-len(rest))
		if len(rest) > 0 {
			return rest[0], nil
		}
	}
}

// take reads the next byte that is no white space, which must be one of want.
func (s *scanner) take(want string) (byte, error) {
	c, err := s.peek()
	if err != nil {
		return 0, whole(err)
	}
	if bytes.IndexByte([]byte(want), c) < 0 {
		return 0, fmt.Errorf("%q was expected where something else stands", want[:1])
	}
	s.pass([]byte{c}, 1)
	return c, nil
}

// members reads an object, and has each of its values read by member.
func (s *scanner) members(member func(name string) error) error {
	return s.list("{", "}", func() error {
		raw, err := s.value(nil, keyLimit)
		if err != nil && !errors.Is(err, errLarge) {
			return err
		}
		var name string
		if len(raw) > 0 && json.Unmarshal(raw, &name) != nil {
			return errors.New("an object has a member without a name")
		}
		if _, err := s.take(":"); err != nil {
			return err
		}
		return member(name)
	})
}

// list reads what stands between first and last, parted by commas.
func (s *scanner) list(first, last string, item func() error) error {
	if _, err := s.take(first); err != nil {
		return err
	}
	if c, err := s.peek(); err == nil && c == last[0] {
		_, err := s.take(last)
		return err
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if c, err := s.take("," + last); err != nil || c == last[0] {
			return err
		}
	}
}

// skip reads past one value, however large it is.
func (s *scanner) skip() error {
	if _, err := s.value(nil, 0); !errors.Is(err, errLarge) {
		return err
	}
	return nil
}

// value appends the bytes of the next value to dst. When there are more than
// limit it reads past them and returns errLarge.
func (s *scanner) value(dst []byte, limit int) ([]byte, error) {
	if _, err := s.peek(); err != nil {
		return nil, whole(err)
	}
	var w walk
	var err error
	for !w.done {
		window, broken := s.window()
		if broken != nil {
			return nil, whole(broken)
		}
		n := w.advance(window)
		if err == nil && len(dst)+n > limit {
			dst, err = nil, errLarge
		}
		if err == nil {
			dst = append(dst, window[:n]...)
		}
		s.pass(window, n)
	}
	return dst, err
}

// walk is the way through one value.
type walk struct {
	depth                 int
	quoted, escaped, done bool
}

// advance returns how many bytes of chunk belong to the value.
func (w *walk) advance(chunk []byte) int {
	for i := 0; i < len(chunk); {
		if w.quoted {
			i += w.text(chunk[i:])
			w.done = !w.quoted && w.depth == 0
		} else {
			i += w.mark(chunk[i])
		}
		if w.done {
			return i
		}
	}
	return len(chunk)
}

// mark passes a byte outside of texts. One that ends what holds the value is not
// part of it.
func (w *walk) mark(c byte) int {
	switch c {
	case '"':
		w.quoted = true
	case '{', '[':
		w.depth++
	case '}', ']':
		if w.done = w.depth <= 1; w.depth == 0 {
			return 0
		}
		w.depth--
	case ',', ':', ' ', '\t', '\r', '\n':
		if w.depth == 0 {
			w.done = true
			return 0
		}
	}
	return 1
}

// text passes bytes up to the end of the text that it stands in.
func (w *walk) text(chunk []byte) int {
	for i, c := range chunk {
		switch {
		case w.escaped:
			w.escaped = false
		case c == '\\':
			w.escaped = true
		case c == '"':
			w.quoted = false
			return i + 1
		}
	}
	return len(chunk)
}

// whole makes a file that stops in the middle known as such: inside a document
// io.EOF is never the regular end.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
