package har

import (
	"bytes"
	"encoding/base64"
	"mime"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"flagrante/capture/decode"
	"flagrante/proxy"
)

// data returns the body of a request with these header fields. Forms may be
// recorded as their parts only; those are joined again in their order.
func (p *postData) data(headers []pair) []byte {
	if p == nil {
		return nil
	}
	if p.Text == "" {
		return form(string(p.MimeType), p.Params)
	}
	if encoding := string(p.Packed) + string(p.Encoding); encoding != "" {
		return unwrap(string(p.Text), encoding, "")
	}
	header := fields(headers)
	if data, ok := bytewise(string(p.Text), header.Get("Content-Length")); ok {
		return data
	}
	return charset(string(p.Text), mediaType(header, p.MimeType))
}

// bytewise returns the bytes of a text in which each character stands for one,
// as browsers and mitmproxy write a body that is not text. The length that was
// sent tells such a text from one of UTF-8.
func bytewise(text, length string) ([]byte, bool) {
	if length != strconv.Itoa(utf8.RuneCountInString(text)) {
		return nil, false
	}
	data, err := charmap.ISO8859_1.NewEncoder().Bytes([]byte(text))
	return data, err == nil
}

// form joins the parameters of an URL-encoded form. Other forms cannot be put
// together as they were, so they stay unknown.
func form(mimeType string, params []pair) []byte {
	if kind, _, _ := mime.ParseMediaType(mimeType); kind != "application/x-www-form-urlencoded" {
		return nil
	}
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
	}
	return []byte(strings.Join(parts, "&"))
}

// unwrap returns the bytes that a text of the HAR stands for. What is not the
// base64 that it claims to be stands for none.
func unwrap(text, encoding, mimeType string) []byte {
	if !strings.EqualFold(encoding, "base64") {
		return charset(text, mimeType)
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return data
}

// charset returns text in the single-byte charset in which it was sent: a HAR
// is in UTF-8 whatever the Content-Type says, and whoever reads the exchange
// goes by that.
func charset(text, mimeType string) []byte {
	_, params, err := mime.ParseMediaType(mimeType)
	if err != nil || params["charset"] == "" {
		return []byte(text)
	}
	named, err := htmlindex.Get(params["charset"])
	table, single := named.(*charmap.Charmap)
	if err != nil || !single {
		return []byte(text)
	}
	data, err := table.NewEncoder().Bytes([]byte(text))
	if err != nil {
		return []byte(text)
	}
	return data
}

// body caps the copy at BodyLimit. The size that the producer counted is taken
// where it is more than what it kept.
func body(data []byte, size number) proxy.Body {
	b := proxy.Body{Size: max(int64(len(data)), count(size)), Complete: true}
	if len(data) > 0 {
		b.Data = bytes.Clone(data[:min(len(data), BodyLimit)])
	}
	b.Cut = int64(len(b.Data)) < b.Size
	return b
}

// count returns a size in bytes; -1 and nonsense are 0.
func count(size number) int64 {
	if size < 0 || size > 1<<53 {
		return 0
	}
	return int64(size)
}

// packed reports whether data still begins as gzip or zstd does: a producer
// that did not unpack it.
func packed(data []byte) bool {
	return bytes.HasPrefix(data, []byte{0x1f, 0x8b}) || bytes.HasPrefix(data, []byte{0x28, 0xb5, 0x2f, 0xfd})
}

// encode returns data as a JSON string can hold it, with its encoding. Text in
// another charset than UTF-8 is kept byte by byte.
func encode(data []byte, mimeType string) (text, encoding string) {
	if utf8.Valid(data) && bytes.Equal(charset(string(data), mimeType), data) {
		return string(data), ""
	}
	return base64.StdEncoding.EncodeToString(data), "base64"
}

// contentOf returns the body of r without its content coding, as far as it was
// captured. The size is that of the unpacked body; where only a part of it is
// known, it is at least one byte more than that part.
func contentOf(r *proxy.Response) content {
	mimeType := r.Header.Get("Content-Type")
	plain := decode.Body(r.Body, r.Header, BodyLimit)
	text, encoding := encode(plain.Data, mimeType)
	size := r.Body.Size
	switch {
	case plain.More:
		size = max(size, int64(len(plain.Data))+1)
	case plain.Coding != "" || r.Body.Decoded:
		size = int64(len(plain.Data))
	}
	return content{Size: number(size), MimeType: custom(mimeType), Text: text, Encoding: custom(encoding)}
}
