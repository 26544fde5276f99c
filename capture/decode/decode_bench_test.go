package decode_test

import (
	"fmt"
	"strings"
	"testing"

	"flagrante/capture/decode"
	"flagrante/capture/decode/decodetest"
)

// BenchmarkUnpacker undoes the coding of an answer of 1.5 KiB, by a reader of its own and by
// one that is used again.
func BenchmarkUnpacker(b *testing.B) {
	var list strings.Builder
	for i := range 40 {
		fmt.Fprintf(&list, `{"id":%d,"paid":true,"amount":"%d.00"},`, i*7919, i)
	}
	for _, coding := range []string{"gzip", "br"} {
		packed := whole(decodetest.Pack(b, coding, []byte(list.String())))
		header := coded(coding)
		b.Run(coding+"/own", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				decode.Body(packed, header, 1<<20)
			}
		})
		b.Run(coding+"/again", func(b *testing.B) {
			var u decode.Unpacker
			b.ReportAllocs()
			for b.Loop() {
				u.Body(packed, header, 1<<20)
			}
		})
	}
}
