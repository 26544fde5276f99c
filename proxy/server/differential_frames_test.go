package server_test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// wireFrames turns the lines of a script into HTTP/2 frames. Its header blocks
// share one compression context, as those of a connection do.
type wireFrames struct {
	text   wireText
	out    bytes.Buffer
	framer *http2.Framer
	block  bytes.Buffer
	hpack  *hpack.Encoder
}

func newWireFrames(text wireText) *wireFrames {
	w := &wireFrames{text: text}
	w.framer = http2.NewFramer(&w.out, nil)
	w.framer.AllowIllegalWrites = true
	w.hpack = hpack.NewEncoder(&w.block)
	return w
}

// encode returns the frames of lines.
func (w *wireFrames) encode(lines []string) ([]byte, error) {
	w.out.Reset()
	for _, line := range repeated(lines) {
		f, err := w.parse(line)
		if err == nil {
			err = w.write(f)
		}
		if err != nil {
			return nil, fmt.Errorf("write the frame %q: %w", line, err)
		}
	}
	return bytes.Clone(w.out.Bytes()), nil
}

// repeated writes "odd N …" out, once for each of the first N streams of an app,
// whose number stands for #.
func repeated(lines []string) []string {
	var out []string
	for _, line := range lines {
		var n int
		if _, err := fmt.Sscanf(line, "odd %d ", &n); err != nil {
			out = append(out, line)
			continue
		}
		rest := strings.SplitN(line, " ", 3)[2]
		for i := range n {
			out = append(out, strings.ReplaceAll(rest, "#", strconv.Itoa(2*i+1)))
		}
	}
	return out
}

// wireFrame is a line in its parts: a kind, numbers, options, and what stands
// behind the bars.
type wireFrame struct {
	kind    string
	numbers []uint32
	flags   map[string]bool
	options map[string]uint32
	order   []http2.Setting
	parts   [][]byte
}

func (w *wireFrames) parse(line string) (wireFrame, error) {
	f := wireFrame{flags: map[string]bool{}, options: map[string]uint32{}}
	parts := strings.Split(line, " | ")
	words := strings.Fields(parts[0])
	f.kind = words[0]
	for _, word := range words[1:] {
		key, value, isOption := strings.Cut(word, "=")
		if isOption {
			n, err := strconv.ParseUint(value, 0, 32)
			if err != nil {
				return f, err
			}
			f.options[key] = uint32(n)
			if id, err := strconv.ParseUint(key, 0, 16); err == nil {
				f.order = append(f.order, http2.Setting{ID: http2.SettingID(id), Val: uint32(n)})
			}
		} else if n, err := strconv.ParseUint(word, 0, 32); err == nil {
			f.numbers = append(f.numbers, uint32(n))
		} else {
			f.flags[word] = true
		}
	}
	for _, part := range parts[1:] {
		text, err := w.text.expand(part)
		if err != nil {
			return f, err
		}
		f.parts = append(f.parts, text)
	}
	return f, nil
}

func (f wireFrame) number(i int) uint32 {
	if i < len(f.numbers) {
		return f.numbers[i]
	}
	return 0
}

func (f wireFrame) payload() []byte {
	return bytes.Join(f.parts, []byte(" | "))
}

func (f wireFrame) priority() http2.PriorityParam {
	return http2.PriorityParam{
		StreamDep: f.options["dep"], Exclusive: f.flags["exclusive"], Weight: uint8(f.options["weight"]), //nolint:gosec // Scripts keep to one byte.
	}
}

func (w *wireFrames) write(f wireFrame) error {
	stream := f.number(0)
	switch f.kind {
	case "preface":
		w.out.WriteString(http2.ClientPreface)
		return nil
	case "settings":
		if f.flags["ack"] {
			return w.framer.WriteSettingsAck()
		}
		return w.framer.WriteSettings(f.order...)
	case "headers", "push":
		return w.headers(f)
	case "tablesize":
		w.hpack.SetMaxDynamicTableSize(stream)
		return nil
	case "data":
		if pad, padded := f.options["pad"]; padded {
			return w.framer.WriteDataPadded(stream, f.flags["end"], f.payload(), make([]byte, pad))
		}
		return w.framer.WriteData(stream, f.flags["end"], f.payload())
	case "rst":
		return w.framer.WriteRSTStream(stream, http2.ErrCode(f.number(1)))
	case "goaway":
		return w.framer.WriteGoAway(stream, http2.ErrCode(f.number(1)), f.payload())
	case "ping":
		return w.framer.WritePing(f.flags["ack"], [8]byte(append(f.payload(), make([]byte, 8)...)))
	case "window":
		return w.framer.WriteWindowUpdate(stream, f.number(1))
	case "priority":
		return w.framer.WritePriority(stream, f.priority())
	case "raw":
		return w.framer.WriteRawFrame(http2.FrameType(stream), http2.Flags(f.number(1)), f.number(2), f.payload()) //nolint:gosec // Scripts keep to one byte.
	}
	return fmt.Errorf("unknown kind of frame")
}

// headers writes one header block, in as many frames as split=N asks for.
func (w *wireFrames) headers(f wireFrame) error {
	w.block.Reset()
	for _, part := range f.parts {
		name, value, _ := strings.Cut(string(part), " ")
		plain := strings.TrimPrefix(name, "!")
		if err := w.hpack.WriteField(hpack.HeaderField{Name: plain, Value: value, Sensitive: plain != name}); err != nil {
			return err
		}
	}
	block, rest := w.block.Bytes(), []byte(nil)
	size := len(block)
	if n, ok := f.options["split"]; ok {
		size = min(int(n), size)
		block, rest = block[:size], block[size:]
	}
	if err := w.firstHeaders(f, block, len(rest) == 0); err != nil {
		return err
	}
	for len(rest) > 0 {
		n := min(size, len(rest))
		if err := w.framer.WriteContinuation(f.number(0), n == len(rest), rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

func (w *wireFrames) firstHeaders(f wireFrame, block []byte, last bool) error {
	pad := uint8(f.options["pad"]) //nolint:gosec // Scripts keep to one byte.
	if f.kind == "push" {
		return w.framer.WritePushPromise(http2.PushPromiseParam{
			StreamID: f.number(0), PromiseID: f.number(1), BlockFragment: block, EndHeaders: last, PadLength: pad,
		})
	}
	return w.framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: f.number(0), BlockFragment: block, EndStream: f.flags["end"], EndHeaders: last, PadLength: pad, Priority: f.priority(),
	})
}

func TestWireFrames(t *testing.T) {
	w := newWireFrames(wireText{words: map[string]string{"host": "h"}})
	frames, err := w.encode([]string{
		"settings 3=100 4=65535", "headers 1 end split=2 | :method GET | x-a {host}", "data 1 end pad=1 | a | b", "raw 0xbe 0x3 1 | x",
		"odd 2 data # | #",
	})
	check(t, err)
	want := "\x00\x00\x0c\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64\x00\x04\x00\x00\xff\xff" +
		"\x00\x00\x02\x01\x01\x00\x00\x00\x01\x82\x40" +
		"\x00\x00\x02\x09\x00\x00\x00\x00\x01\x03x" +
		"\x00\x00\x02\x09\x00\x00\x00\x00\x01-a" +
		"\x00\x00\x02\x09\x04\x00\x00\x00\x01\x01h" +
		"\x00\x00\x07\x00\x09\x00\x00\x00\x01\x01a | b\x00" +
		"\x00\x00\x01\xbe\x03\x00\x00\x00\x01x" +
		"\x00\x00\x01\x00\x00\x00\x00\x00\x011" +
		"\x00\x00\x01\x00\x00\x00\x00\x00\x033"
	if string(frames) != want {
		t.Errorf("got  %q\nwant %q", frames, want)
	}
	if _, err := w.encode([]string{"dance 1"}); err == nil {
		t.Error("an unknown kind of frame was written")
	}
}
