package server_test

import (
	"io"
	"strings"
	"testing"
	"time"
)

// TestDifferencesAreSeen puts tunnels that lie between the two, so that the
// suite cannot pass because it sees nothing.
func TestDifferencesAreSeen(t *testing.T) {
	for name, test := range map[string]struct {
		lie  func() meddler
		play string
		want string
	}{
		"a byte changes": {
			lie: func() meddler {
				return meddler{bytes: func(p []byte) []byte { return []byte(strings.ReplaceAll(string(p), "X: 1", "x: 1")) }, end: honest().end}
			},
			play: "app> a\nvendor> HTTP/1.1 200\\r\\nX: 1\\r\\n\\r\\n",
			want: `the app's bytes differ at 14: "HTTP/1.1 200\r\nx: 1\r\n\r\n" (of 22), want "HTTP/1.1 200\r\nX: 1\r\n\r\n" (of 22)`,
		},
		"bytes are withheld": {
			lie:  func() meddler { return meddler{bytes: func([]byte) []byte { return nil }, end: honest().end} },
			play: "app> a\nvendor> b\napp> c",
			want: "x:3: vendor sends: the app waits for 1 bytes, and has 0 bytes",
		},
		"a reset looks like a good end": {
			lie:  func() meddler { return meddler{bytes: honest().bytes, end: func(error) error { return io.EOF }} },
			play: "app> a\nvendor> b\nvendor resets",
			want: `the app's end differ at 0: "end" (of 3), want "connection reset by peer" (of 24)`,
		},
		"an end is broken": {
			lie: func() meddler {
				return meddler{bytes: honest().bytes, end: func(error) error { return io.ErrUnexpectedEOF }}
			},
			play: "app> a\nvendor> b\nvendor half-closes\napp sees end",
			want: `the app's end differ at 0: "connection reset by peer" (of 24), want "end" (of 3)`,
		},
		"an answer is made up": {
			lie: func() meddler {
				return meddler{bytes: func(p []byte) []byte { return append(p, "more"...) }, end: honest().end}
			},
			play: "app> a\nvendor> b",
			want: `the app's bytes differ at 1: "bmoremore" (of 9), want "b" (of 1)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cases, err := parseWire("x", "case x\n"+test.play)
			check(t, err)
			found, err := newWireGround(t).compare(cases[0], wireTunnel, wireRoute{via: blindTunnel(t, test.lie), patience: time.Second})
			check(t, err)
			if got := strings.Join(found, "\n"); !strings.Contains(got, test.want) {
				t.Errorf("seen was:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestTheCorpusIsLarge(t *testing.T) {
	names := map[string]bool{}
	for _, c := range wireCases(t) {
		if names[c.name] || len(c.steps) == 0 {
			t.Errorf("%s: there twice, or empty", c.name)
		}
		names[c.name] = true
	}
	if len(names) < 150 {
		t.Errorf("%d cases, want 150 at least", len(names))
	}
}
