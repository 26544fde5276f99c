package text

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"strings"
	"unicode"
	"unicode/utf8"

	"flagrante/capture/decode"
	"flagrante/proxy"
)

// body shows b decoded, exactly as it was otherwise: never made pretty, for the
// way in which it is wrong may be the point.
func (t *ticket) body(b proxy.Body, header proxy.Fields) {
	t.heading(3, t.words("text.body"))
	if b.Size == 0 && len(b.Data) == 0 {
		t.say(text(t.words("text.body.none")))
		t.broken(b)
		return
	}
	contentType := header.Get("Content-Type")
	// Some bytes more than are shown, so that the cut falls between two runes.
	decoded := decode.Body(b, header, maxShown+utf8.UTFMax)
	data, charset := decode.UTF8(decoded.Data, contentType)
	if binary(data) {
		t.facts(b, header, nil)
		sum := sha256.Sum256(b.Data)
		kept := t.words("text.body.binary", "size", t.bytes(int64(len(b.Data))))
		t.say(text(kept+": "), code(hex.EncodeToString(sum[:])))
		t.broken(b)
		return
	}
	shown, cut := excerpt(string(data), maxShown)
	decoded.More = decoded.More || cut
	t.facts(b, header, t.notes(b, decoded, charset, len(strings.TrimSuffix(shown, closing))))
	t.fence(language(contentType, shown), shown)
	if Visible(shown) != strings.ReplaceAll(shown, "\r\n", "\n") {
		t.say(text(t.words("text.body.invisible", "example", Visible("\x1b"))))
	}
	t.broken(b)
}

// facts is a line with size and type of the body, and the notes on it.
func (t *ticket) facts(b proxy.Body, header proxy.Fields, notes []string) {
	spans := line{text(t.bytes(b.Size))}
	if contentType := header.Get("Content-Type"); contentType != "" {
		spans = append(spans, text(", "), code(contentType))
	}
	for _, note := range notes {
		spans = append(spans, text("; "+note))
	}
	t.say(spans...)
}

func (t *ticket) notes(b proxy.Body, d decode.Decoded, charset string, shown int) []string {
	var notes []string
	if d.Coding != "" {
		notes = append(notes, t.words("text.body.decoded", "coding", d.Coding))
	}
	if d.Err != nil {
		notes = append(notes, t.words("text.body.undecodable"))
	}
	if charset != "" {
		notes = append(notes, t.words("text.body.charset", "charset", charset))
	}
	if d.More {
		notes = append(notes, t.words("text.body.shown", "shown", t.bytes(int64(shown))))
	}
	if b.Cut {
		notes = append(notes, t.words("text.body.kept", "kept", t.bytes(int64(len(b.Data)))))
	}
	return notes
}

// broken says that the body did not end as announced, and why.
func (t *ticket) broken(b proxy.Body) {
	if b.Complete {
		return
	}
	spans := line{text(t.words("text.body.incomplete"))}
	if b.Err != "" {
		spans = append(spans, text(": "), code(b.Err))
	}
	t.say(spans...)
}

// binary reports whether data is not for reading: it has a NUL, or more than a
// tenth of it is neither text nor white space.
func binary(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return true
	}
	odd := 0
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 || unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) {
			odd++
		}
		i += n
	}
	return odd*10 > len(data)
}

// language names the syntax of a body for highlighting. It comes from a fixed
// list, so that nothing hostile gets into the line that opens a fence.
func language(contentType, body string) string {
	media, _, err := mime.ParseMediaType(contentType)
	start := strings.TrimLeft(body, " \t\r\n")
	switch {
	case err == nil && (media == "application/json" || strings.HasSuffix(media, "+json")):
		return "json"
	case err == nil && media == "text/html":
		return "html"
	case err == nil && (strings.HasSuffix(media, "/xml") || strings.HasSuffix(media, "+xml")):
		return "xml"
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "["):
		return "json"
	}
	return "text"
}
