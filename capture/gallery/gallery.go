// Package gallery holds the pictures of failing calls in memory. What a picture shows can't
// be masked, so none is written anywhere: the latest ones are there for somebody who asks
// for them, and gone with the process.
package gallery

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"slices"
	"strings"
	"sync"

	"flagrante/proxy"
)

// The sides of an exchange.
const (
	Request  = "request"
	Response = "response"
)

const (
	// maxHeld is how much all pictures take together, in bytes; the oldest make room.
	maxHeld = 16 << 20
	// maxParts is how many parts of a form are looked at.
	maxParts = 16
)

// Gallery is safe for use by many goroutines. The zero value is empty.
type Gallery struct {
	mu   sync.Mutex
	held []frame
	size int
}

// frame is a picture, and where it was.
type frame struct {
	exchange, side string
	data           []byte
}

// Keep copies the pictures of an exchange. One that was cut off or broken off is no picture.
func (g *Gallery) Keep(x *proxy.Exchange) {
	g.keep(x.ID, Request, x.Request.Header, x.Request.Body)
	if x.Response != nil {
		g.keep(x.ID, Response, x.Response.Header, x.Response.Body)
	}
}

func (g *Gallery) keep(id, side string, header proxy.Fields, b proxy.Body) {
	if b.Cut || !b.Complete {
		return
	}
	if picture(b.Data) {
		g.add(frame{id, side, bytes.Clone(b.Data)})
		return
	}
	kind, values, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") || values["boundary"] == "" {
		return
	}
	parts := multipart.NewReader(bytes.NewReader(b.Data), values["boundary"])
	for range maxParts {
		part, err := parts.NextRawPart()
		if err != nil {
			return
		}
		if data, err := io.ReadAll(part); err == nil && picture(data) {
			g.add(frame{id, side, data})
		}
	}
}

// picture tells a picture by its beginning (PNG, W3C 3rd edition, section 5.2; JPEG, ITU-T
// T.81, B.1.1.3; GIF89a, section 17).
func picture(data []byte) bool {
	for _, begins := range []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a"} {
		if bytes.HasPrefix(data, []byte(begins)) {
			return true
		}
	}
	return false
}

func (g *Gallery) add(f frame) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(f.data) > maxHeld {
		return
	}
	g.held = append(g.held, f)
	g.size += len(f.data)
	gone := 0
	for ; g.size > maxHeld; gone++ {
		g.size -= len(g.held[gone].data)
	}
	g.held = slices.Delete(g.held, 0, gone)
}

// Pictures returns those of one side of an exchange that are still held, in the order of
// its parts. They are files as they passed, and hostile; nobody may change them.
func (g *Gallery) Pictures(exchange, side string) (all [][]byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, f := range g.held {
		if f.exchange == exchange && f.side == side {
			all = append(all, f.data)
		}
	}
	return all
}
