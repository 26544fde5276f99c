package tap

import (
	"strings"

	"flagrante/proxy"
)

// reserve bounds the memory that is set aside for a body on its word alone.
const reserve = 128 << 10

// bodyCopy keeps the first bytes of a body, at most limit of them, and counts
// all. Its owner guards it.
type bodyCopy struct {
	limit int64
	pool  *proxy.Pool
	// announced is the length that the head promised, 0 when it did not. It only
	// spares the copy from growing step by step.
	announced int64
	body      proxy.Body
}

// bulkLimit is what is copied of a success that is no text, such as a download: of it
// nothing is read but how it begins.
const bulkLimit = 64 << 10

// answers prepares for the body of an answer.
func (c *bodyCopy) answers(r *proxy.Response, announced int64) {
	c.announced = announced
	if r.Status < 400 && isBulk(r.Header.Get("Content-Type")) {
		c.limit = min(c.limit, bulkLimit)
	}
}

// isBulk tells the media types of files that are no text.
func isBulk(contentType string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	kind = strings.TrimSpace(kind)
	family, _, _ := strings.Cut(kind, "/")
	switch family {
	case "image", "video", "audio", "font":
		return kind != "image/svg+xml"
	}
	switch kind {
	case "application/octet-stream", "application/zip", "application/gzip", "application/pdf":
		return true
	}
	return false
}

func (c *bodyCopy) write(p []byte) {
	if room := c.limit - c.body.Size; room > 0 && len(p) > 0 {
		part := p[:min(room, int64(len(p)))]
		c.reach(len(c.body.Data) + len(part))
		c.body.Data = append(c.body.Data, part...)
	}
	c.body.Size += int64(len(p))
	c.body.Cut = c.body.Size > c.limit
}

// reach makes room for n bytes in all.
func (c *bodyCopy) reach(n int) {
	have := cap(c.body.Data)
	if n <= have {
		return
	}
	switch {
	case have == 0:
		n = max(n, int(min(c.announced, c.limit, reserve)))
	case c.announced >= c.limit:
		// A length that has proved itself this far is taken for true: growing
		// step by step would leave as much garbage as there is copy.
		n = int(c.limit)
	default:
		n = max(n, min(2*have, int(c.limit)))
	}
	grown := append(c.pool.Room(n), c.body.Data...)
	c.pool.ReleaseRoom(c.body.Data)
	c.body.Data = grown
}

// complete notes that the body ended as it was announced.
func (c *bodyCopy) complete() { c.body.Complete = true }
