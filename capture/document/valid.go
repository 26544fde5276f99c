package document

// maxNesting is how deep values may lie in one another, as in encoding/json.
const maxNesting = 10_000

// Values returns how many JSON values (RFC 8259) stand in a row in text, and whether
// there is nothing else. A document is one; some vendors send several without saying
// so. It is what json.Valid does in a third of the time, which matters since every
// answer is read so; a fuzz test holds the two together.
func Values(text []byte) (n int, ok bool) {
	s := scanner{text: text}
	for s.space(); s.at < len(text); s.space() {
		if !s.value(0) {
			return n, false
		}
		n++
	}
	return n, n > 0
}

// scanner reads JSON without keeping any of it.
type scanner struct {
	text []byte
	at   int
}

func (s *scanner) space() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\n' || s.text[s.at] == '\t' || s.text[s.at] == '\r') {
		s.at++
	}
}

// next skips space and takes c, if that is next.
func (s *scanner) next(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] <= ' ' {
		s.space()
	}
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) value(depth int) bool {
	s.space()
	if s.at == len(s.text) || depth > maxNesting {
		return false
	}
	switch s.text[s.at] {
	case '"':
		return s.string()
	case '{':
		s.at++
		return s.next('}') || s.members(depth)
	case '[':
		s.at++
		return s.next(']') || s.items(depth)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

func (s *scanner) members(depth int) bool {
	for {
		s.space()
		if !s.string() || !s.next(':') || !s.value(depth+1) {
			return false
		}
		if !s.next(',') {
			return s.next('}')
		}
	}
}

func (s *scanner) items(depth int) bool {
	for {
		if !s.value(depth + 1) {
			return false
		}
		if !s.next(',') {
			return s.next(']')
		}
	}
}

func (s *scanner) word(w string) bool {
	if len(s.text)-s.at < len(w) || string(s.text[s.at:s.at+len(w)]) != w {
		return false
	}
	s.at += len(w)
	return true
}

// string reads a string. Bytes below the space must be escaped; others pass.
func (s *scanner) string() bool {
	if s.at == len(s.text) || s.text[s.at] != '"' {
		return false
	}
	text := s.text
	for i := s.at + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			s.at = i + 1
			return true
		case c < ' ':
			return false
		case c == '\\':
			n := escape(text[i+1:])
			if n == 0 {
				return false
			}
			i += n
		}
	}
	return false
}

// escape returns the length of an escape sequence without its backslash, 0 for none.
func escape(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	switch text[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 1
	case 'u':
		if len(text) < 5 {
			return 0
		}
		for _, c := range text[1:5] {
			if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
				return 0
			}
		}
		return 5
	}
	return 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (s *scanner) number() bool {
	if s.peek() == '-' {
		s.at++
	}
	if s.peek() == '0' {
		s.at++
	} else if !s.digits() {
		return false
	}
	if s.peek() == '.' {
		s.at++
		if !s.digits() {
			return false
		}
	}
	if s.peek()|0x20 == 'e' {
		s.at++
		if c := s.peek(); c == '+' || c == '-' {
			s.at++
		}
		return s.digits()
	}
	return true
}

// peek returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.text) && isDigit(s.text[s.at]) {
		s.at++
	}
	return s.at > start
}
