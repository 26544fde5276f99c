package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/world/worldtest"
)

// TestServeIsReadAsByTheWholeGrammar compares what is understood of command lines that
// mean serve, and has all others left to the grammar of all commands.
func TestServeIsReadAsByTheWholeGrammar(t *testing.T) {
	t.Setenv("FLAGRANTE_LANG", "en")
	t.Setenv("FLAGRANTE_ALLOW", "10.0.0.0/8,192.168.0.0/16")
	for _, args := range [][]string{
		{"serve"},
		{"serve", "--pprof", "--proxy", "127.0.0.1:1"},
		{"--data", "a", "--option=time_zone=UTC", "--option", "geoip=x", "serve", "--desk=127.0.0.1:2", "--lang", "pt-BR"},
		{"serve", "--allow", "127.0.0.1", "--trusted-peer", "10.0.0.1", "--answer-timeout=3s", "--log-level", "warn"},
		{"--config", "serve", "serve", "--data", "serve"},
	} {
		var whole cli
		if _, err := newTestParser(t, &whole).Parse(args); err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		only, ok := serveOnly(args, worldtest.New())
		if !ok {
			t.Errorf("%q is not taken for serve", args)
			continue
		}
		type read struct {
			Common common
			Serve  serveCmd
		}
		if diff := cmp.Diff(read{whole.common, whole.Serve}, read{only.common, only.Serve}, cmp.AllowUnexported(serveCmd{})); diff != "" {
			t.Errorf("%q: the whole grammar (-) and that of serve (+): %s", args, diff)
		}
	}
	for _, args := range [][]string{
		nil, {"drafts"}, {"--data", "serve", "drafts"}, {"serve", "--help"}, {"serve", "--nonsense"}, {"serve", "more"},
		{"run", "--", "serve"}, {"show", "serve"}, {"serve", "--log-level", "loud"}, {"--config", "serve"},
	} {
		if _, ok := serveOnly(args, worldtest.New()); ok {
			t.Errorf("%q is taken for serve", args)
		}
	}
}
