package judge_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// TestCorpusInEscapes writes every letter of the corpus' JSON that is not ASCII as its
// escape: it says the same, so it is judged the same.
func TestCorpusInEscapes(t *testing.T) {
	j, changed := rules(t), 0
	for _, s := range corpus(t) {
		data := s.x.Response.Body.Data
		ascii := inEscapes(data)
		if !json.Valid(data) || !utf8.Valid(data) || bytes.Equal(ascii, data) {
			continue
		}
		changed++
		want := j.Judge(s.x)
		s.x.Response.Body.Data, s.x.Response.Body.Size = ascii, int64(len(ascii))
		if diff := cmp.Diff(want, j.Judge(s.x)); diff != "" {
			t.Errorf("%s: %s (-as written +in escapes):\n%s", s.name, ascii, diff)
		}
	}
	if changed < 50 {
		t.Errorf("only %d answers of the corpus have letters to escape", changed)
	}
}

func inEscapes(text []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(text) {
		switch {
		case r < utf8.RuneSelf:
			out.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.Bytes()
}
