package tap_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
)

// FuzzHTTP1 feeds anything to both sides: there is no panic, no more exchanges
// than lines of requests, no copy above the limit, no body that is larger than
// what was sent, and the same outcome however the bytes are split.
func FuzzHTTP1(f *testing.F) {
	for _, seed := range [][2]string{
		{get("/a") + get("/b"), okAnswer("a") + okAnswer("b")},
		{"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n0\r\nT: x\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200\r\n\r\nuntil the end"},
		{"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n\x81\x80", "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x00"},
		{"CONNECT a.example:443 HTTP/1.1\r\n\r\n" + get("/a"), "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n" + okAnswer("")},
		{"HEAD /a HTTP/1.1\r\nX: a\r\n b\r\n\r\n" + get("/b"), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"},
		{
			"GET /a HTTP/1.1\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
			"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x01\x05\x00\x00\x00\x01\x88",
		},
		{
			"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x01\x05\x00\x00\x00\x01\x82",
			"\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x01\x05\x00\x00\x00\x01\x88",
		},
		{"GET /a HTTP/1.1\nHost: x\n\n", "HTTP/1.1 400 Bad\nA: b\n\n"},
		{"POST /a HTTP/1.1\r\nContent-Length: 1, 1\r\nTransfer-Encoding: chunked\r\n\r\nx", "HTTP/1.1 204 OK\r\nContent-Length: 3\r\n\r\nabc"},
	} {
		for order := range byte(4) {
			f.Add([]byte(seed[0]), []byte(seed[1]), order, uint8(3))
		}
	}
	f.Fuzz(func(t *testing.T, sent, received []byte, order, size byte) {
		steps := h1Order(string(sent), string(received), order)
		seen := playH1(steps, 1<<20)
		// An exchange takes a line, or something that is left over at the end.
		most := bytes.Count(sent, []byte("\n")) + 1
		if bytes.Contains(sent, []byte("PRI * HTTP/2.0")) {
			// In HTTP/2 it takes the head of a frame.
			most += len(sent) / 9
		}
		if len(seen) > most {
			t.Errorf("%d exchanges out of %d bytes", len(seen), len(sent))
		}
		for _, x := range seen {
			checkFuzzedH1(t, x.Request.Body, sent)
			if x.Response != nil {
				checkFuzzedH1(t, x.Response.Body, received)
			}
			checkOutcomeH1(t, x)
		}
		if diff := cmp.Diff(seen, playH1(steps, 1+int(size)), sameExchange()); diff != "" {
			t.Errorf("in parts of %d (-whole +parts):\n%s", 1+int(size), diff)
		}
	})
}

// h1Order lets both sides speak in one of several orders.
func h1Order(sent, received string, order byte) []h1Step {
	end := vendorEnds(nil)
	if order&2 != 0 {
		end = appEnds(errBroken)
	}
	if order&1 == 0 {
		return []h1Step{app(sent), vendor(received), end}
	}
	a, b := len(sent)/2, len(received)/2
	return []h1Step{app(sent[:a]), vendor(received[:b]), app(sent[a:]), vendor(received[b:]), end}
}

func checkFuzzedH1(t *testing.T, b proxy.Body, all []byte) {
	t.Helper()
	if len(b.Data) > h1BodyLimit || b.Size > int64(len(all)) || b.Cut != (b.Size > h1BodyLimit) || int64(len(b.Data)) != min(b.Size, h1BodyLimit) {
		t.Errorf("body is %d bytes of %d (cut: %t), where %d were sent", len(b.Data), b.Size, b.Cut, len(all))
	}
}

// checkOutcomeH1 holds what proxy.Exchange says of its outcomes.
func checkOutcomeH1(t *testing.T, x *proxy.Exchange) {
	t.Helper()
	outcomes := 0
	for _, is := range []bool{x.Response != nil, x.Err != nil, x.Aborted && x.Response == nil} {
		if is {
			outcomes++
		}
	}
	if outcomes > 1 || outcomes == 0 && x.Unread == "" {
		t.Errorf("%s has %d outcomes", line(x), outcomes)
	}
	if x.Phases.Send < 0 || x.Phases.Wait < 0 || x.Phases.Receive < 0 || x.Phases.Total < 0 {
		t.Errorf("%s took %+v", line(x), x.Phases)
	}
}
