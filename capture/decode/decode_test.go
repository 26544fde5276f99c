package decode_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/decode"
	"flagrante/capture/decode/decodetest"
	"flagrante/proxy"
)

func whole(data []byte) proxy.Body {
	return proxy.Body{Data: data, Size: int64(len(data)), Complete: true}
}

func coded(values ...string) proxy.Fields {
	var fields proxy.Fields
	for _, v := range values {
		fields = append(fields, proxy.Field{Name: "content-encoding", Value: v})
	}
	return fields
}

func TestBody(t *testing.T) {
	plain := []byte(strings.Repeat(`{"codigo":"SRV-001"}`, 40))
	tests := []struct {
		name   string
		data   []byte
		header proxy.Fields
		limit  int
		want   decode.Decoded
	}{
		{"plain", plain, nil, 1000, decode.Decoded{Data: plain}},
		{"plain over the limit", plain, nil, 10, decode.Decoded{Data: plain[:10], More: true}},
		{"identity", plain, coded("identity"), 1000, decode.Decoded{Data: plain}},
		{"gzip", decodetest.Pack(t, "gzip", plain), coded("GZIP"), 1000, decode.Decoded{Data: plain, Coding: "gzip"}},
		{"gzip at the limit", decodetest.Pack(t, "gzip", plain), coded("gzip"), len(plain), decode.Decoded{Data: plain, Coding: "gzip"}},
		{"gzip over the limit", decodetest.Pack(t, "gzip", plain), coded("gzip"), 7, decode.Decoded{Data: plain[:7], Coding: "gzip", More: true}},
		{"deflate in zlib", decodetest.Pack(t, "deflate", plain), coded("deflate"), 1000, decode.Decoded{Data: plain, Coding: "deflate"}},
		{"raw deflate", decodetest.Pack(t, decodetest.Raw, plain), coded("deflate"), 1000, decode.Decoded{Data: plain, Coding: "deflate"}},
		{"brotli", decodetest.Pack(t, "br", plain), coded("br"), 1000, decode.Decoded{Data: plain, Coding: "br"}},
		{"zstd", decodetest.Pack(t, "zstd", plain), coded("zstd"), 1000, decode.Decoded{Data: plain, Coding: "zstd"}},
		{"two codings", decodetest.Pack(t, "br", decodetest.Pack(t, "gzip", plain)), coded("gzip", "br"), 1000, decode.Decoded{Data: plain, Coding: "gzip, br"}},
		{"gzip in gzip, announced once", decodetest.Pack(t, "gzip", decodetest.Pack(t, "gzip", plain)), coded("gzip"), 1000, decode.Decoded{Data: plain, Coding: "gzip, gzip", Unannounced: true}},
		{"gzip, not announced", decodetest.Pack(t, "gzip", plain), nil, 1000, decode.Decoded{Data: plain, Coding: "gzip", Unannounced: true}},
		{"gzip, not announced, over the limit", decodetest.Pack(t, "gzip", plain), nil, 9, decode.Decoded{Data: plain[:9], Coding: "gzip", Unannounced: true, More: true}},
		{"zstd, not announced, as JSON", decodetest.Pack(t, "zstd", plain), proxy.Fields{{Name: "Content-Type", Value: "application/problem+json; charset=x"}}, 1000, decode.Decoded{Data: plain, Coding: "zstd", Unannounced: true}},
		{"a file in gzip", decodetest.Pack(t, "gzip", plain), proxy.Fields{{Name: "Content-Type", Value: "application/gzip"}}, 1000, decode.Decoded{Data: decodetest.Pack(t, "gzip", plain)}},
		{"what only begins like gzip", []byte("\x1f\x8b\x08"), nil, 1000, decode.Decoded{Data: []byte("\x1f\x8b\x08")}},
		{"an empty body", nil, coded("gzip"), 1000, decode.Decoded{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := decode.Body(whole(tt.data), tt.header, tt.limit)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestBodyTakesADecodedCopyAsItIs(t *testing.T) {
	b := proxy.Body{Data: []byte("plain"), Size: 5, Complete: true, Decoded: true}
	want := decode.Decoded{Data: []byte("plain")}
	if diff := cmp.Diff(want, decode.Body(b, coded("gzip"), 100)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestBodyKeepsWhatCameBeforeTheBreak(t *testing.T) {
	plain := []byte(strings.Repeat("0123456789", 20_000))
	data := decodetest.Pack(t, "gzip", plain)
	b := proxy.Body{Data: data[:len(data)-20], Cut: true, Size: int64(len(data))}
	got := decode.Body(b, coded("gzip"), 1<<20)
	if len(got.Data) == 0 || !bytes.HasPrefix(plain, got.Data) || !got.More {
		t.Errorf("%d bytes, More %v; want the beginning of the body and more", len(got.Data), got.More)
	}
	if !errors.Is(got.Err, io.ErrUnexpectedEOF) {
		t.Errorf("Err = %v, want an unexpected end", got.Err)
	}
}

func TestBodyShowsWhatItCannotDecodeAsItIs(t *testing.T) {
	tests := []struct {
		name   string
		header proxy.Fields
		want   string
		plain  string
	}{
		{"not gzip at all", coded("gzip"), "decode gzip", "plain text"},
		{"not deflate at all", coded("deflate"), "decode deflate", `{"senha":"segredo"}`},
		{"not brotli at all", coded("br"), "decode br", `{"senha":"segredo"}`},
		{"not zstd at all", coded("zstd"), "decode zstd", "não é"},
		{"not gzip, and not UTF-8", coded("gzip"), "decode gzip", "Opera\xe7\xe3o negada"},
		{"an unknown coding", coded("rot13"), "unknown content coding", "plain text"},
		{"too many codings", coded("gzip, gzip", "gzip"), "at most 2", "plain text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := decode.Body(whole([]byte(tt.plain)), tt.header, 5)
			if string(got.Data) != tt.plain[:5] || got.Coding != "" || !got.More || got.Uncoded != (tt.want != "unknown content coding") {
				t.Errorf("%+v, want the raw bytes, cut", got)
			}
			if got.Err == nil || !strings.Contains(got.Err.Error(), tt.want) {
				t.Errorf("Err = %v, want one with %q", got.Err, tt.want)
			}
		})
	}
}

func TestBodyIsBounded(t *testing.T) {
	bomb := decodetest.Pack(t, "gzip", make([]byte, 16<<20))
	got := decode.Body(whole(bomb), coded("gzip"), 1<<10)
	if len(got.Data) != 1<<10 || !got.More {
		t.Errorf("%d bytes, More %v; want 1024 and more", len(got.Data), got.More)
	}
}

func FuzzBody(f *testing.F) {
	for _, coding := range []string{"gzip", "deflate", decodetest.Raw, "br", "zstd"} {
		f.Add(decodetest.Pack(f, coding, []byte("body")), strings.Replace(coding, decodetest.Raw, "deflate", 1))
	}
	f.Fuzz(func(t *testing.T, data []byte, coding string) {
		if got := decode.Body(whole(data), coded(coding), 100); len(got.Data) > 100 {
			t.Errorf("%d bytes, want at most 100", len(got.Data))
		}
	})
}
