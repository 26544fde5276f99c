package show

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/decode/decodetest"
	"flagrante/proxy"
)

func bodyWith(s string) proxy.Body {
	return proxy.Body{Data: []byte(s), Size: int64(len(s)), Complete: true}
}

func TestOf(t *testing.T) {
	zipped := decodetest.Pack(t, "gzip", []byte(`{"erro":"ação"}`))
	png := "\x89PNG\x00\x01\x02\x03"
	for _, c := range []struct {
		name   string
		header proxy.Fields
		body   proxy.Body
		want   Body
	}{
		{"empty", nil, proxy.Body{}, Body{Syntax: Plain}},
		{"text", nil, bodyWith("olá"), Body{Syntax: Plain, Text: "olá", Bytes: []byte("olá"), Size: 4}},
		{"gzip", proxy.Fields{{Name: "content-encoding", Value: "gzip"}}, bodyWith(string(zipped)),
			Body{Syntax: JSON, Text: `{"erro":"ação"}`, Bytes: zipped, Size: int64(len(zipped)), Coding: "gzip"}},
		{"binary", nil, bodyWith(png), Body{Syntax: Binary, Bytes: []byte(png), Size: 8}},
		{"wrong type", proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, bodyWith("<erro/>"), Body{Syntax: XML, Text: "<erro/>", Bytes: []byte("<erro/>"), Size: 7}},
		{"form", proxy.Fields{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}, bodyWith("a=1"), Body{Syntax: Form, Text: "a=1", Bytes: []byte("a=1"), Size: 3}},
		{"not kept", nil, proxy.Body{Size: 9, Cut: true}, Body{Syntax: Plain, Size: 9, Cut: true}},
		{"cut in a character", nil, proxy.Body{Data: []byte("aã")[:2], Size: 9, Cut: true}, Body{Syntax: Plain, Text: "a", Bytes: []byte("aã")[:2], Size: 9, Cut: true}},
		{"broken", nil, proxy.Body{Data: []byte("ab"), Size: 2, Err: "unexpected EOF"}, Body{Syntax: Plain, Text: "ab", Bytes: []byte("ab"), Size: 2, Err: "unexpected EOF"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Of(c.body, c.header)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPartsLieSideBySide(t *testing.T) {
	whole := strings.Repeat("aã€😀", 100)
	for _, size := range []int{4, 7, 16, 1000, 5000} {
		var got strings.Builder
		for from := 0; ; from += size {
			p := PartOf(whole, from, size)
			if p.From != got.Len() {
				t.Fatalf("size %d: part at %d begins at %d", size, got.Len(), p.From)
			}
			got.WriteString(p.Text)
			if p.To == p.Whole {
				break
			}
		}
		if got.String() != whole {
			t.Errorf("parts of %d bytes are not the whole", size)
		}
	}
	if diff := cmp.Diff(Part{}, PartOf("", 10, 5)); diff != "" {
		t.Error(diff)
	}
	if p := PartOf("0123456789", 99, 4); p.Text != "89" || p.From != 8 {
		t.Errorf("beyond the end: %+v", p)
	}
}

func TestHex(t *testing.T) {
	want := "00000000  41 42 00 ff 43 44 45 46  47 48 49 4a 4b 4c 4d 4e  |AB..CDEFGHIJKLMN|\n" +
		"00000010  7a                                                |z|\n"
	if diff := cmp.Diff(want, Hex([]byte("AB\x00\xffCDEFGHIJKLMNz"), 3)); diff != "" {
		t.Error(diff)
	}
	if second := Hex(make([]byte, HexSize+1), HexSize); !strings.HasPrefix(second, "00001000  00 ") || strings.Count(second, "\n") != 1 {
		t.Errorf("the second part is %q", second)
	}
	if got := Hex(nil, 0); got != "" {
		t.Errorf("nothing is dumped as %q", got)
	}
}

func TestFind(t *testing.T) {
	h := Find("Pix, PIX e pix.", "pix")
	if diff := cmp.Diff([]int{0, 5, 11}, h.At); diff != "" {
		t.Error(diff)
	}
	if h.Next(1) != 5 || h.Next(12) != -1 || h.Previous(5) != 0 || h.Previous(0) != -1 {
		t.Errorf("next %d %d, previous %d %d", h.Next(1), h.Next(12), h.Previous(5), h.Previous(0))
	}
	if got := Find("<b>.*</b>", ".*").Mark("<b>.*</b>"); got != "&lt;b&gt;<mark>.*</mark>&lt;/b&gt;" {
		t.Errorf("marked %s", got)
	}
	if many := Find(strings.Repeat("a", 2*maxHits), "a"); !many.More || len(many.At) != maxHits {
		t.Errorf("found %d, more %v", len(many.At), many.More)
	}
	if none := Find("text", ""); len(none.At) != 0 || none.Mark("<") != "&lt;" {
		t.Errorf("an empty word is found %d times", len(none.At))
	}
}
