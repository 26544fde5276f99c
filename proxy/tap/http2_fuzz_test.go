package tap_test

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"flagrante/proxy"
)

// script writes steps as bytes: for each a byte for side and end, the length in
// two bytes, and the bytes.
func script(steps []h2Step) []byte {
	var p []byte
	for _, s := range steps {
		for rest := s.bytes; ; {
			n := min(len(rest), 1<<16-1)
			p = append(p, stepKind(s))
			p = binary.BigEndian.AppendUint16(p, uint16(n))
			p = append(p, rest[:n]...)
			if rest = rest[n:]; len(rest) == 0 {
				break
			}
		}
	}
	return p
}

func stepKind(s h2Step) byte {
	var kind byte
	if s.vendor {
		kind |= 1
	}
	if s.ended {
		kind |= 2
	}
	if s.err != nil {
		kind |= 4
	}
	return kind
}

// framed marks a step whose bytes are the type, the flags, the stream and the
// payload of a frame: a change to one of them leaves the others in their places.
const framed = 8

// stepsOf reads what script writes, and makes something of anything.
func stepsOf(p []byte) []h2Step {
	var steps []h2Step
	for len(p) >= 3 {
		kind := p[0]
		s := h2Step{vendor: kind&1 != 0, ended: kind&2 != 0}
		if kind&4 != 0 {
			s.err = errors.New("broken")
		}
		n := min(int(binary.BigEndian.Uint16(p[1:])), len(p)-3)
		s.bytes, p = p[3:3+n], p[3+n:]
		if kind&framed != 0 && n >= 3 {
			kind, flags, stream, payload := s.bytes[0], s.bytes[1], s.bytes[2], s.bytes[3:]
			head := []byte{0, byte(len(payload) >> 8), byte(len(payload)), kind, flags, 0, 0, 0, stream}
			s.bytes = slices.Concat(head, payload)
		}
		steps = append(steps, s)
	}
	return steps
}

// frames writes the frames of a conversation one by one, as framed steps.
func frames(steps []h2Step) []byte {
	var p []byte
	for _, s := range steps {
		if len(s.bytes) < 9 || s.bytes[0] == 'P' || len(s.bytes) > 1<<15 {
			p = append(p, script([]h2Step{s})...)
			continue
		}
		p = append(p, stepKind(s)|framed)
		p = binary.BigEndian.AppendUint16(p, uint16(len(s.bytes)-9+3))
		p = append(p, s.bytes[3], s.bytes[4], s.bytes[8])
		p = append(p, s.bytes[9:]...)
	}
	return p
}

// FuzzHTTP2 feeds hostile bytes from both sides.
func FuzzHTTP2(f *testing.F) {
	f.Add(script(everyFrame()))
	f.Add(script(recording(f, 2)))
	talk := newH2Talk()
	talk.app.post(1, "/")
	talk.app.data(1, false, "abc")
	talk.vendor.headers(1, false, ":status", "200")
	talk.vendor.data(1, false, "abc")
	talk.app.ends(errors.New("gone"))
	f.Add(script(talk.steps))
	f.Add(frames(talk.steps))
	f.Add(frames(everyFrame()))
	f.Fuzz(func(t *testing.T, p []byte) {
		steps := stepsOf(p)
		seen, _ := play(steps, wholeSteps, true)
		ids := map[string]bool{}
		for _, x := range seen {
			checkStreamOutcome(t, x)
			ids[x.ID] = true
		}
		if len(ids) != len(seen) {
			t.Errorf("%d exchanges with %d names", len(seen), len(ids))
		}
		again, _ := play(steps, 3, true)
		if len(again) != len(seen) {
			t.Errorf("%d exchanges in one piece and %d in parts", len(seen), len(again))
		}
	})
}

// checkStreamOutcome holds an exchange to what proxy.Exchange promises.
func checkStreamOutcome(t *testing.T, x *proxy.Exchange) {
	t.Helper()
	outcomes := 0
	for _, holds := range []bool{x.Response != nil, x.Err != nil, x.Aborted && x.Response == nil, x.Unread != "" && x.Response == nil && x.Err == nil} {
		if holds {
			outcomes++
		}
	}
	if outcomes != 1 {
		t.Errorf("answer %v, error %v, aborted %v, unread %q: want one of them", x.Response, x.Err, x.Aborted, x.Unread)
	}
	bodies := []proxy.Body{x.Request.Body}
	if x.Response != nil {
		bodies = append(bodies, x.Response.Body)
	}
	for _, b := range bodies {
		kept := int64(len(b.Data))
		if kept > h2BodyLimit || kept > b.Size || b.Cut != (kept < b.Size) || b.Complete && b.Err != "" {
			t.Errorf("body of %d bytes: %d kept, cut %v, complete %v, error %q", b.Size, kept, b.Cut, b.Complete, b.Err)
		}
	}
}
