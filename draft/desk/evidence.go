package desk

import (
	"time"
	"unicode/utf8"

	"flagrante/capture"
	"flagrante/capture/decode"
	"flagrante/draft"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// shownLimit is how much of a body a page shows, in bytes.
const shownLimit = 64 << 10

// evidenceView is one failure that backs a draft.
type evidenceView struct {
	*capture.Failure
	// Open is false for what need not be seen at once.
	Open bool
	// Key is the key of the heading.
	Key      string
	Bars     []bar
	Request  bodyView
	Response bodyView
}

// bar is a part of an exchange on a line of 1000 units.
type bar struct {
	Key      string
	X, Width int64
	Took     time.Duration
}

// bodyView is a body as text.
type bodyView struct {
	Text string
	// Size is the number of bytes that passed.
	Size int64
	// Shown is the number of bytes that Text was made from.
	Shown int64
	// Cut says that the body goes on after Text.
	Cut bool
	// Coding is the content coding that was undone.
	Coding string
	Binary bool
	// Err says why the body broke off.
	Err string
}

// evidenceOf lists the latest failure, and the first when it is another.
func evidenceOf(e draft.Evidence) []evidenceView {
	var all []evidenceView
	if e.Last != nil {
		all = append(all, viewOf("evidence.last", e.Last))
	}
	if e.First != nil && (e.Last == nil || e.First.ID != e.Last.ID) {
		all = append(all, viewOf("evidence.first", e.First))
	}
	if len(all) > 0 {
		all[0].Open = true
	}
	return all
}

func viewOf(key string, f *capture.Failure) evidenceView {
	x := &f.Exchange
	v := evidenceView{
		Failure: f, Key: key, Bars: barsOf(x.Phases),
		Request: bodyOf(x.Request.Header, x.Request.Body),
	}
	if x.Response != nil {
		v.Response = bodyOf(x.Response.Header, x.Response.Body)
	}
	return v
}

// barsOf lays the phases behind each other. A part is at least seen.
func barsOf(p proxy.Phases) []bar {
	parts := []bar{
		{Key: "phase.dns", Took: p.DNS}, {Key: "phase.connect", Took: p.Connect}, {Key: "phase.tls", Took: p.TLS},
		{Key: "phase.send", Took: p.Send}, {Key: "phase.wait", Took: p.Wait}, {Key: "phase.receive", Took: p.Receive},
	}
	var sum, at time.Duration
	for _, part := range parts {
		sum += part.Took
	}
	var bars []bar
	for _, part := range parts {
		if part.Took <= 0 {
			continue
		}
		part.X = int64(1000 * at / sum)
		part.Width = max(4, int64(1000*part.Took/sum))
		at += part.Took
		bars = append(bars, part)
	}
	return bars
}

// bodyOf makes a body readable, and cuts it where a page would grow too long.
func bodyOf(header proxy.Fields, body proxy.Body) bodyView {
	d := decode.Body(body, header, shownLimit)
	data, _ := decode.UTF8(d.Data, header.Get("Content-Type"))
	if d.More {
		data = wholeRunes(data)
	}
	v := bodyView{Size: body.Size, Shown: int64(len(d.Data)), Cut: d.More, Coding: d.Coding, Err: body.Err}
	if v.Binary = binary(data); !v.Binary {
		v.Text = text.Visible(string(data))
	}
	return v
}

// wholeRunes drops a character that was cut in the middle.
func wholeRunes(data []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(data); i++ {
		if start := len(data) - i; utf8.RuneStart(data[start]) {
			if !utf8.FullRune(data[start:]) {
				return data[:start]
			}
			break
		}
	}
	return data
}

// binary reports whether more than a tenth of the bytes are no text.
func binary(data []byte) bool {
	strange := 0
	for i := 0; i < len(data); {
		r, width := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && width == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != 0x1b {
			strange++
		}
		i += width
	}
	return strange*10 > len(data)
}
