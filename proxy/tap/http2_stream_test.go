package tap_test

import (
	"testing"
)

func TestHTTP2AnnouncedLength(t *testing.T) {
	const wrong = "the body does not have the length that its header announced"
	tests := map[string]struct {
		fields []string
		want   string
	}{
		"right":       {[]string{"content-length", "3"}, ""},
		"none":        {nil, ""},
		"short":       {[]string{"content-length", "4"}, wrong},
		"long":        {[]string{"content-length", "2"}, wrong},
		"two":         {[]string{"content-length", "3", "content-length", "4"}, wrong},
		"no number":   {[]string{"content-length", "three"}, wrong},
		"less than 0": {[]string{"content-length", "-3"}, wrong},
		"very large":  {[]string{"content-length", "99999999999999999999"}, wrong},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			talk.app.post(1, "/", test.fields...)
			talk.app.data(1, true, "abc")
			talk.vendor.headers(1, false, append([]string{":status", "200"}, test.fields...)...)
			talk.vendor.data(1, true, "abc")
			x := talk.one(t)
			for side, b := range map[string]struct {
				complete bool
				err      string
			}{"request": {x.Request.Body.Complete, x.Request.Body.Err}, "answer": {x.Response.Body.Complete, x.Response.Body.Err}} {
				if b.err != test.want || b.complete != (test.want == "") {
					t.Errorf("the %s is complete %v, error %q; want %q", side, b.complete, b.err, test.want)
				}
			}
		})
	}
}

func TestHTTP2BodiesAreCutButCounted(t *testing.T) {
	talk := newH2Talk()
	talk.app.post(1, "/")
	talk.vendor.headers(1, false, ":status", "200")
	part := string(make([]byte, h2BodyLimit-1))
	for _, end := range []bool{false, false, true} {
		talk.app.data(1, end, part)
	}
	for _, end := range []bool{false, false, true} {
		talk.vendor.data(1, end, part)
	}
	x := talk.one(t)
	for side, b := range map[string]struct {
		data, size int64
		cut        bool
	}{
		"request": {int64(len(x.Request.Body.Data)), x.Request.Body.Size, x.Request.Body.Cut},
		"answer":  {int64(len(x.Response.Body.Data)), x.Response.Body.Size, x.Response.Body.Cut},
	} {
		if b.data != h2BodyLimit || b.size != 3*(h2BodyLimit-1) || !b.cut {
			t.Errorf("the %s has %d of %d bytes, cut %v", side, b.data, b.size, b.cut)
		}
	}
}
