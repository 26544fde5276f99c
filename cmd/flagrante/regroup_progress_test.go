package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/proxy"
)

// TestRegroupShowsProgress regroups as many failures as two pages hold, with a clock that makes
// a step with each look at it.
func TestRegroupShowsProgress(t *testing.T) {
	var shown bytes.Buffer
	at := time.Unix(1_700_000_000, 0)
	w := world.World{Err: &shown, Out: &shown, Env: func(string) (string, bool) { return "", false }, Now: func() time.Time { at = at.Add(6 * time.Second); return at }}
	conf, err := (&cli{}).settings(w)
	if err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(t.Context(), filepath.Join(t.TempDir(), "data"), conf, w)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var all []*capture.Failure
	for n := range 2 * regroupPage {
		id := fmt.Sprintf("id-%04d", n)
		all = append(all, &capture.Failure{ID: id, Time: at.Add(time.Duration(n) * time.Second), Kind: capture.KindHTTPStatus, Host: "api.bank.example", Exchange: proxy.Exchange{
			ID: id, Request: proxy.Request{Method: "GET", URL: "https://api.bank.example/pix"}, Response: &proxy.Response{Status: 503},
		}})
	}
	if _, err := a.Store.Append(t.Context(), capture.Batch{Failures: all}); err != nil {
		t.Fatal(err)
	}
	judged, err := newJudging(conf)
	if err != nil {
		t.Fatal(err)
	}
	for name, work := range map[string]func(*regrouping) error{
		"to the end": func(g *regrouping) error { return g.run(t.Context(), w) },
		"cut off": func(g *regrouping) error {
			ctx, cancel := context.WithCancel(t.Context())
			return g.each(ctx, w, "regroup failures", func([]capture.Failure) error { cancel(); return nil })
		},
	} {
		shown.Reset()
		err := work(&regrouping{Archive: a, pipeline: judged.pipeline(a), dry: true, moves: map[string]string{}})
		want := "learn the paths of failures: 100% of 400, 0s left\nregroup failures: 100% of 400, 0s left\n"
		if name == "cut off" {
			want = ""
		}
		if diff := cmp.Diff(want, shown.String()); diff != "" || (err == nil) != (want != "") {
			t.Errorf("%s (%v): -want +got\n%s", name, err, diff)
		}
	}
}
