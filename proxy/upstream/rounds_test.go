package upstream_test

import (
	"strings"
	"testing"

	"flagrante/proxy/fault"
	"flagrante/proxy/upstream"
)

func TestMarksAreNothingElse(t *testing.T) {
	for list, want := range map[string]string{
		"keep-alive, flagrante-a1-2":         "1.1 flagrante-a1-2",
		"flagrante-a,flagrante-b":            "1.1 flagrante-a, 1.1 flagrante-b",
		"flagrante-a\r\nX-Evil: 1":           "",
		"flagrante-A flagrante-b":            "",
		"close":                              "",
		"":                                   "",
		"flagrante-" + "é" + ", flagrante-1": "1.1 flagrante-1",
	} {
		if got := upstream.Marks(list); got != want {
			t.Errorf("%q: got %q, want %q", list, got, want)
		}
	}
}

func TestWhatCameBackIsNotSentOn(t *testing.T) {
	d := newDialer(t, upstream.Options{Pseudonym: "flagrante-a"})
	for via, back := range map[string]bool{
		"":                                       false,
		"1.1 flagrante-a-1":                      true,
		"1.0 squid, 1.1 flagrante-a-77 (x), 2 c": true,
		"1.1 flagrante-ab-1":                     false,
		"1.1 flagrante-b-1, 1.1 other":           false,
		"flagrante-a-1":                          false,
	} {
		if got := d.CameBack(via); got != back {
			t.Errorf("%q came back: %v", via, got)
		}
	}
	got, _ := refused(t, d, vendor(t), upstream.Request{Via: "1.1 flagrante-a-1"})
	if *got != *fault.Cause(fault.ErrCameBack) {
		t.Errorf("refused with %v", got)
	}
}

// A proxy behind us is told of those before us, and of us.
func TestCONNECTSaysWhereItCameThrough(t *testing.T) {
	p := newConnectProxy(t, nil)
	o := via("http://" + p.addr)
	o.Pseudonym = "flagrante-a"
	d := newDialer(t, o)
	target := "far.invalid:" + port(t, vendor(t))
	dial(t, d, target, upstream.Request{Via: "1.1 corp (squid/5.7)"})
	dial(t, d, target, upstream.Request{Via: strings.Repeat("1.1 corp,", 1000)})
	seen := p.vias()
	if len(seen) != 2 || seen[0] != "1.1 corp (squid/5.7), 1.1 flagrante-a-1" {
		t.Fatalf("the proxy saw %q", seen)
	}
	if len(seen[1]) > 5000 || !strings.HasSuffix(seen[1], ", 1.1 flagrante-a-2") {
		t.Errorf("of a long list the proxy saw %d bytes: %q", len(seen[1]), seen[1][max(0, len(seen[1])-60):])
	}
}
