package tap_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"

	"flagrante/proxy"
)

// An encoder takes what table it likes within the offer of the other side.
func TestHTTP2TableSizes(t *testing.T) {
	tests := map[string]struct {
		offer uint32
		sizes []uint32
	}{
		"none":             {0, []uint32{0}},
		"smaller":          {100, []uint32{100}},
		"larger":           {65536, []uint32{65536}},
		"small then large": {65536, []uint32{100, 65536}},
		"back and forth":   {65536, []uint32{65536, 0, 4096, 50, 300}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			must(talk.app.WriteSettings(http2.Setting{ID: http2.SettingHeaderTableSize, Val: test.offer}))
			must(talk.vendor.WriteSettingsAck())
			talk.vendor.enc.SetMaxDynamicTableSizeLimit(test.offer)
			fields := []string{":status", "200", "x-a", strings.Repeat("a", 30), "x-b", strings.Repeat("b", 30), "x-c", strings.Repeat("c", 30)}
			id := uint32(1)
			answer := func() {
				talk.app.get(id, "/")
				talk.vendor.headers(id, true, fields...)
				id += 2
			}
			for _, size := range test.sizes {
				answer()
				talk.vendor.enc.SetMaxDynamicTableSize(size)
			}
			answer()
			answer()
			seen, _ := play(talk.steps, wholeSteps, true)
			if want := len(test.sizes) + 2; len(seen) != want {
				t.Fatalf("%d exchanges, want %d", len(seen), want)
			}
			for _, x := range seen {
				if x.Response == nil || x.Unread != "" {
					t.Fatalf("recorded as %+v, unread %q", x.Response, x.Unread)
				}
				if diff := cmp.Diff(seen[0].Response.Header, x.Response.Header); diff != "" {
					t.Errorf("another header than at first (-first +now):\n%s", diff)
				}
			}
		})
	}
}

// Two updates at the beginning of one block are what an encoder has to send
// whose limit went down and up again (RFC 7541, section 4.2).
func TestHTTP2TwoTableSizesAtOnce(t *testing.T) {
	talk := newH2Talk()
	talk.app.get(1, "/")
	talk.vendor.headers(1, true, ":status", "200", "x-a", "kept")
	talk.app.get(3, "/")
	// 2000, then 4096, then the fields of the first answer by their indices.
	must(talk.vendor.WriteRawFrame(1, 5, 3, []byte{0x3f, 0xb1, 0x0f, 0x3f, 0xe1, 0x1f, 0x88, 0xbe}))
	seen, _ := play(talk.steps, wholeSteps, true)
	if len(seen) != 2 || seen[1].Response == nil {
		t.Fatalf("observed %+v", seen)
	}
	if diff := cmp.Diff(proxy.Fields{{Name: "x-a", Value: "kept"}}, seen[1].Response.Header); diff != "" {
		t.Errorf("another header than expected (-want +got):\n%s", diff)
	}
}

func TestHTTP2HeaderLimits(t *testing.T) {
	const (
		torn  = "a header block is too long to be followed"
		large = "a header section is too large to be followed"
	)
	tests := map[string]struct {
		block []byte
		want  string
	}{
		// A field of 4,000 bytes goes into the table, and comes back a thousand times.
		"bomb":   {append(append([]byte{0x40, 1, 'a', 0x7f, 0xa1, 0x1e}, bytes.Repeat([]byte("v"), 4000)...), bytes.Repeat([]byte{0xbe}, 1000)...), large},
		"fields": {bytes.Repeat([]byte{0x90}, 10_001), large},
		"block":  {bytes.Repeat([]byte{0x90}, 1<<20+1), torn},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			talk.app.get(1, "/")
			must(talk.vendor.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: test.block[:1]}))
			rest := test.block[1:]
			for len(rest) > 0 {
				n := min(len(rest), 16384)
				must(talk.vendor.WriteContinuation(1, n == len(rest), rest[:n]))
				rest = rest[n:]
			}
			talk.vendor.ends(nil)
			if diff := cmp.Diff(h2End{Unread: test.want}, h2EndOf(talk.one(t))); diff != "" {
				t.Errorf("other end than expected (-want +got):\n%s", diff)
			}
		})
	}
}

// A table that would fill the memory is not followed, whatever was offered.
func TestHTTP2TableIsBounded(t *testing.T) {
	talk := newH2Talk()
	must(talk.app.WriteSettings(http2.Setting{ID: http2.SettingHeaderTableSize, Val: 1 << 30}))
	talk.app.get(1, "/")
	talk.vendor.enc.SetMaxDynamicTableSizeLimit(1 << 30)
	talk.vendor.enc.SetMaxDynamicTableSize(1 << 30)
	talk.vendor.headers(1, true, ":status", "200")
	talk.vendor.ends(nil)
	if diff := cmp.Diff(h2End{Unread: "a header block cannot be decompressed"}, h2EndOf(talk.one(t))); diff != "" {
		t.Errorf("other end than expected (-want +got):\n%s", diff)
	}
}
