package gallery

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
)

const png, jpeg, gif = "\x89PNG\r\n\x1a\nx", "\xff\xd8\xffx", "GIF89ax"

func body(data string) proxy.Body {
	return proxy.Body{Data: []byte(data), Size: int64(len(data)), Complete: true}
}

func typed(kind string) proxy.Fields { return proxy.Fields{{Name: "Content-Type", Value: kind}} }

func TestPicturesAreHeldByTheirContent(t *testing.T) {
	form := "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n10\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\nContent-Type: text/plain\r\n\r\n" + jpeg +
		"\r\n--B\r\nContent-Disposition: form-data; name=\"g\"\r\n\r\n" + gif + "\r\n--B--\r\n"
	cut, broken := body(png), body(png)
	cut.Cut, broken.Complete = true, false
	for name, c := range map[string]struct {
		header proxy.Fields
		body   proxy.Body
		want   []string
	}{
		"a picture":               {typed("image/png"), body(png), []string{png}},
		"called something else":   {typed("application/octet-stream"), body(gif), []string{gif}},
		"only called so":          {typed("image/png"), body("<svg onload=x>"), nil},
		"parts of a form":         {typed("multipart/form-data; boundary=B"), body(form), []string{jpeg, gif}},
		"a form that breaks off":  {typed("multipart/form-data; boundary=B"), body(form[:len(form)-12]), []string{jpeg}},
		"a form without boundary": {typed("multipart/form-data"), body(form), nil},
		"cut":                     {typed("image/png"), cut, nil},
		"broken off":              {typed("image/png"), broken, nil},
		"nothing":                 {nil, body(""), nil},
	} {
		var g Gallery
		g.Keep(&proxy.Exchange{ID: "x", Request: proxy.Request{Header: c.header, Body: c.body}})
		g.Keep(&proxy.Exchange{ID: "y", Response: &proxy.Response{Header: c.header, Body: c.body}})
		for _, at := range [][2]string{{"x", Request}, {"y", Response}} {
			var got []string
			for _, p := range g.Pictures(at[0], at[1]) {
				got = append(got, string(p))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s, %s: %s", name, at[1], diff)
			}
		}
		if got := g.Pictures("x", Response); got != nil {
			t.Errorf("%s: the other side has %q", name, got)
		}
	}
}

// TestWhatIsHeldIsNotLent changes the memory of an exchange, which others get afterwards.
func TestWhatIsHeldIsNotLent(t *testing.T) {
	var g Gallery
	x := &proxy.Exchange{ID: "x", Request: proxy.Request{Body: body(png)}}
	g.Keep(x)
	clear(x.Request.Body.Data)
	if got := g.Pictures("x", Request); len(got) != 1 || string(got[0]) != png {
		t.Errorf("held %q", got)
	}
}

func TestTheOldestMakeRoom(t *testing.T) {
	var g Gallery
	large := strings.Repeat("x", 1<<20)
	for i := range 40 {
		g.Keep(&proxy.Exchange{ID: fmt.Sprint(i), Request: proxy.Request{Body: body(png + large)}})
	}
	var got []int
	for i := range 40 {
		if len(g.Pictures(fmt.Sprint(i), Request)) > 0 {
			got = append(got, i)
		}
	}
	if len(got) != 15 || got[0] != 25 || g.size > maxHeld {
		t.Errorf("held %v, %d bytes", got, g.size)
	}
}
