package server_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// wireText turns the texts of scripts into bytes.
type wireText struct {
	// words are replaced by their text, in which words are replaced again.
	words map[string]string
	// toProxy reports that a plain request is meant for a proxy.
	toProxy bool
}

// expand replaces escapes and everything in braces that begins with a letter.
func (w wireText) expand(text string) ([]byte, error) {
	var out []byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			b, n, err := unescape(text[i+1:])
			if err != nil {
				return nil, err
			}
			out = append(out, b)
			i += n
		case c == '{' && i+1 < len(text) && 'a' <= text[i+1] && text[i+1] <= 'z':
			inner, _, closed := strings.Cut(text[i+1:], "}")
			if !closed {
				return nil, fmt.Errorf("no end of %q", text[i:])
			}
			more, err := w.replace(inner)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
			i += len(inner) + 1
		default:
			out = append(out, c)
		}
	}
	return out, nil
}

// unescape reads what stands behind a backslash, and says how long that was.
func unescape(s string) (byte, int, error) {
	if s == "" {
		return 0, 0, fmt.Errorf("a lone backslash")
	}
	if at := strings.IndexByte(`rnt0\{`, s[0]); at >= 0 {
		return "\r\n\t\x00\\{"[at], 1, nil
	}
	if s[0] != 'x' || len(s) < 3 {
		return 0, 0, fmt.Errorf("unknown escape %q", s[:1])
	}
	b, err := strconv.ParseUint(s[1:3], 16, 8)
	return byte(b), 3, err
}

func (w wireText) replace(inner string) ([]byte, error) {
	if text, ok := w.words[inner]; ok {
		return w.expand(text)
	}
	name, arg, _ := strings.Cut(inner, ":")
	switch name {
	case "repeat":
		return w.repeat(arg)
	case "random":
		n, err := strconv.Atoi(arg)
		return random(n), err
	case "chunked":
		return chunked(arg)
	case "gzip":
		return gzipped(arg)
	case "proxy":
		if !w.toProxy {
			return nil, nil
		}
		return w.expand(arg)
	}
	return nil, fmt.Errorf("unknown word %q", inner)
}

// repeat writes text:times.
func (w wireText) repeat(arg string) ([]byte, error) {
	at := strings.LastIndexByte(arg, ':')
	if at < 0 {
		return nil, fmt.Errorf("repeat %q how often?", arg)
	}
	times, err := strconv.Atoi(arg[at+1:])
	if err != nil {
		return nil, err
	}
	text, err := w.expand(arg[:at])
	return bytes.Repeat(text, times), err
}

// random returns n bytes that are the same in every run.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

// chunked writes a body of size:chunks with its last chunk and no trailer.
func chunked(arg string) ([]byte, error) {
	var size, chunks int
	if _, err := fmt.Sscanf(arg, "%d:%d", &size, &chunks); err != nil {
		return nil, fmt.Errorf("read chunks %q: %w", arg, err)
	}
	var out bytes.Buffer
	for range chunks {
		fmt.Fprintf(&out, "%x\r\n%s\r\n", size, random(size))
	}
	out.WriteString("0\r\n\r\n")
	return out.Bytes(), nil
}

func gzipped(text string) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(text)); err != nil {
		return nil, err
	}
	err := z.Close()
	return out.Bytes(), err
}

func TestWireText(t *testing.T) {
	w := wireText{words: map[string]string{"host": "h:1", "ok": `HTTP/1.1 200 OK\r\n{host}`}}
	for text, want := range map[string]string{
		`a\r\n\t\0\\\{\xff`:   "a\r\n\t\x00\\{\xff",
		`{"json":{}}`:         `{"json":{}}`,
		`{ok}!`:               "HTTP/1.1 200 OK\r\nh:1!",
		`{repeat:ab:3}`:       "ababab",
		`{repeat:{host}`:      "",
		`{repeat:a\r\n:2}`:    "a\r\na\r\n",
		`[{proxy:X: y\r\n}]`:  "[]",
		`{nothing}`:           "",
		`\q`:                  "",
		`\`:                   "",
		`{chunked:1:0}`:       "0\r\n\r\n",
		`{chunked:many:few}`:  "",
		`{random:2}{random:}`: "",
	} {
		got, err := w.expand(text)
		if string(got) != want || (err != nil) != (want == "") {
			t.Errorf("%q became %q with error %v, want %q", text, got, err, want)
		}
	}
	w.toProxy = true
	if got, err := w.expand(`{proxy:X: y\r\n}`); string(got) != "X: y\r\n" || err != nil {
		t.Errorf("for a proxy it became %q with error %v", got, err)
	}
}
