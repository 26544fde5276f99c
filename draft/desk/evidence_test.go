package desk

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
)

func TestBodyOf(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(`{"erro":"ação"}`)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ã", shownLimit)
	for _, c := range []struct {
		name   string
		header proxy.Fields
		body   proxy.Body
		want   bodyView
	}{
		{"empty", nil, proxy.Body{}, bodyView{}},
		{"text", nil, bodyWith("olá"), bodyView{Text: "olá", Size: 4, Shown: 4}},
		{"gzip", proxy.Fields{{Name: "content-encoding", Value: "gzip"}}, bodyWith(zipped.String()),
			bodyView{Text: `{"erro":"ação"}`, Size: int64(zipped.Len()), Shown: 17, Coding: "gzip"}},
		{"binary", nil, bodyWith("\x89PNG\x00\x01\x02\x03"), bodyView{Size: 8, Shown: 8, Binary: true}},
		{"long", nil, bodyWith("x" + long), bodyView{Text: "x" + long[:shownLimit-2], Size: int64(len(long)) + 1, Shown: shownLimit, Cut: true}},
		{"not kept", nil, proxy.Body{Size: 9, Cut: true}, bodyView{Size: 9, Cut: true}},
		{"broken", nil, proxy.Body{Data: []byte("ab"), Size: 2, Err: "unexpected EOF"}, bodyView{Text: "ab", Size: 2, Shown: 2, Err: "unexpected EOF"}},
		{"control", nil, bodyWith("text and \x1b[0m"), bodyView{Text: "text and [U+001B][0m", Size: 13, Shown: 13}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, bodyOf(c.header, c.body)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBarsFollowEachOther(t *testing.T) {
	got := barsOf(proxy.Phases{DNS: 10 * time.Millisecond, TLS: 40 * time.Millisecond, Wait: 50 * time.Millisecond, Receive: time.Microsecond})
	want := []bar{
		{"phase.dns", 0, 99, 10 * time.Millisecond}, {"phase.tls", 99, 399, 40 * time.Millisecond},
		{"phase.wait", 499, 499, 50 * time.Millisecond}, {"phase.receive", 999, 4, time.Microsecond},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := barsOf(proxy.Phases{Total: time.Second}); got != nil {
		t.Errorf("bars of nothing: %v", got)
	}
}
