package decode

import (
	"strings"
	"testing"

	"flagrante/capture/decode/decodetest"
	"flagrante/proxy"
)

// TestOnlyReadersOfSmallBodiesAreKept holds that one vendor with a long answer, or with a
// broken one, does not decide how much memory is held from then on.
func TestOnlyReadersOfSmallBodiesAreKept(t *testing.T) {
	packed := func(text string) []byte { return decodetest.Pack(t, "gzip", []byte(text)) }
	small := packed("small")
	for _, c := range []struct {
		name string
		data []byte
		kept bool
	}{{"small", small, true}, {"long", packed(strings.Repeat("x", maxKept+1)), false}, {"broken", small[:len(small)-2], false}} {
		var u Unpacker
		u.Body(proxy.Body{Data: c.data, Size: int64(len(c.data)), Complete: true}, proxy.Fields{{Name: "Content-Encoding", Value: "gzip"}}, 1<<20)
		if (u.gzip != nil) != c.kept {
			t.Errorf("the reader of a %s body is kept: %v, want %v", c.name, u.gzip != nil, c.kept)
		}
	}
}
