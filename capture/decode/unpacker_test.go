package decode_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/decode"
	"flagrante/capture/decode/decodetest"
)

// TestUnpackerReadsEachBodyAsIfItWereTheFirst undoes codings of bodies that are whole, cut,
// broken, long, and packed twice, one after the other and in several orders.
func TestUnpackerReadsEachBodyAsIfItWereTheFirst(t *testing.T) {
	type message struct {
		packed []byte
		coding []string
	}
	var all []message
	for _, coding := range []string{"gzip", "br", "zstd"} {
		for _, text := range []string{"", "a", strings.Repeat(`{"paid":true}`, 300), strings.Repeat("long ", 60_000)} {
			packed := decodetest.Pack(t, coding, []byte(text))
			all = append(all, message{packed, []string{coding}}, message{packed[:len(packed)*2/3], []string{coding}},
				message{append(bytes.Clone(packed), "behind"...), []string{coding}}, message{decodetest.Pack(t, "gzip", packed), []string{coding, "gzip"}})
		}
	}
	all = append(all, message{[]byte("none"), []string{"gzip"}}, message{[]byte{0x1f, 0x8b, 8}, []string{"gzip"}})
	same := cmp.Options{cmp.Comparer(bytes.Equal), cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) })}
	var u decode.Unpacker
	var shared decode.Shared
	for round := range 2 {
		for i := range all {
			m := all[i*(2*round+1)%len(all)]
			want := decode.Body(whole(m.packed), coded(m.coding...), 1<<20)
			got := u.Body(whole(m.packed), coded(m.coding...), 1<<20)
			if diff := cmp.Diff(want, got, same); diff != "" {
				t.Fatalf("%d bytes in %v (-first +again):\n%s", len(m.packed), m.coding, diff)
			}
			if diff := cmp.Diff(want, shared.Body(whole(m.packed), coded(m.coding...), 1<<20), same); diff != "" {
				t.Fatalf("%d bytes in %v (-first +shared):\n%s", len(m.packed), m.coding, diff)
			}
		}
	}
}

// TestUnpackerMakesNoReaderForEachBody holds that what a small body needs is a fraction of
// what a reader is.
func TestUnpackerMakesNoReaderForEachBody(t *testing.T) {
	for _, coding := range []string{"gzip", "br"} {
		packed, header := whole(decodetest.Pack(t, coding, []byte(strings.Repeat(`{"paid":true}`, 20)))), coded(coding)
		var u decode.Unpacker
		own := testing.AllocsPerRun(20, func() { decode.Body(packed, header, 1<<20) })
		again := testing.AllocsPerRun(20, func() { u.Body(packed, header, 1<<20) })
		if again > own-4 {
			t.Errorf("%s: %v allocations with a reader that is used again, %v without", coding, again, own)
		}
	}
}

// TestSharedIsForMany unpacks on several goroutines at once.
func TestSharedIsForMany(t *testing.T) {
	var shared decode.Shared
	var all sync.WaitGroup
	for n := range 4 {
		text := strings.Repeat(fmt.Sprint(n), 1000)
		packed := decodetest.Pack(t, "gzip", []byte(text))
		all.Go(func() {
			for range 200 {
				if got := shared.Body(whole(packed), coded("gzip"), 1<<20); string(got.Data) != text {
					t.Errorf("%d was read as %.10q…, %v", n, got.Data, got.Err)
					return
				}
			}
		})
	}
	all.Wait()
}
