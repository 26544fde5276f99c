// Package redact masks what must not be kept, and what must not leave. Secrets
// are masked before anything of an exchange is written anywhere; personal data
// at the latest before anything leaves. What is masked is gone; a Redaction says
// where it was. Its folders are detect, which tells what a value is, and mask,
// which makes what stands in its place.
package redact

import (
	"hash/maphash"
	"slices"
	"sync/atomic"

	"flagrante/capture"
	"flagrante/capture/decode"
	"flagrante/capture/redact/detect"
	"flagrante/capture/redact/mask"
	"flagrante/proxy"
)

// Redactor masks exchanges and text. It is safe for use by many goroutines.
type Redactor struct {
	names   *detect.Names
	scanner *detect.Scanner
	masker  *mask.Masker
	rules   []Rule
	allow   []Allowance
	// early are the kinds that are masked at capture already.
	early  map[detect.Kind]bool
	lately *lately
	// hand holds what people masked by hand, nil for nothing; base is that of the hash
	// which finds it.
	hand *Hand
	base uint64
	// spare is room for tokens, for one reader at a time.
	spare atomic.Pointer[[]token]
	// unpacker undoes the codings of bodies.
	unpacker decode.Shared
	// seed is that of the digests of places.
	seed maphash.Seed
}

// New returns a Redactor with the built-in rules and the given ones. Without
// WithKey its masks have no pseudonyms.
func New(options ...Option) *Redactor {
	names := detect.NewNames()
	r := &Redactor{names: names, scanner: detect.NewScanner(names), masker: mask.New(nil), seed: maphash.MakeSeed(), lately: newLately(), early: map[detect.Kind]bool{binaryKind: true, cutKind: true}}
	for _, kind := range detect.Secrets() {
		r.early[kind] = true
	}
	for _, option := range options {
		option(r)
	}
	r.base = r.masker.Number("base by hand") | 1
	return r
}

// The kinds of marks on what is not kept for its form.
const (
	binaryKind detect.Kind = "binary"
	cutKind    detect.Kind = "unfinished"
)

// Exchange returns a copy of x without secrets and without the personal data that
// is masked at capture, and what was masked in it. It does not change x.
func (r *Redactor) Exchange(x *proxy.Exchange) (proxy.Exchange, []capture.Redaction) {
	w := r.walk(r.early, hostOf(x.Request.URL))
	return w.exchange(x), w.marks
}

// Remembered is Exchange, with the secrets of other exchanges that memory holds.
func (r *Redactor) Remembered(memory *Memory, x *proxy.Exchange) (proxy.Exchange, []capture.Redaction) {
	w := r.walk(r.early, hostOf(x.Request.URL))
	w.memory = memory
	return w.exchange(x), w.marks
}

// Personal returns a copy of x that may leave: without secrets and without
// personal data. It does not change x.
func (r *Redactor) Personal(x *proxy.Exchange) (proxy.Exchange, []capture.Redaction) {
	w := r.walk(nil, hostOf(x.Request.URL))
	return w.exchange(x), w.marks
}

// Failure returns a copy of f that may leave: its exchange, the calls before it, and
// what was taken from it, without secrets and without personal data. The marks are those of f
// and of what was masked now. It does not change f.
func (r *Redactor) Failure(f *capture.Failure) *capture.Failure {
	out := *f
	calls := []*proxy.Exchange{&f.Exchange}
	for i := range f.Before {
		calls = append(calls, &f.Before[i].Exchange)
	}
	masked, walks := r.together(nil, nil, calls)
	w := walks[0]
	out.Exchange = masked[0]
	out.Before = slices.Clone(f.Before)
	for i := range out.Before {
		out.Before[i].Exchange = masked[i+1]
	}
	out.Vendor.Code = w.derived("vendor.code", place{}, f.Vendor.Code)
	out.Vendor.Message = w.derived("vendor.message", place{}, w.onOneLine(f))
	out.Endpoint = w.derived("endpoint", place{}, f.Endpoint)
	out.RequestIDs = slices.Clone(f.RequestIDs)
	for i, id := range f.RequestIDs {
		out.RequestIDs[i] = w.id(id)
	}
	out.Reasons = w.reasons(f.Reasons)
	out.Redactions = append(append([]capture.Redaction(nil), f.Redactions...), w.marks...)
	return &out
}

// Reasons returns reasons as they may be kept: their values may be the words of the vendor
// at that host.
func (r *Redactor) Reasons(host string, reasons []capture.Reason) []capture.Reason {
	return r.walk(r.early, host).reasons(reasons)
}

// Text returns text that may leave: a title, a message, prose that somebody
// edited. where names it in the marks, hosts are those that it speaks of, none where
// that is not known.
func (r *Redactor) Text(where, text string, hosts ...string) (string, []capture.Redaction) {
	w := r.walk(nil, hosts...)
	return w.line(where, text), w.marks
}

// ID returns an id of one of the hosts that may leave; its digits alone prove nothing.
func (r *Redactor) ID(id string, hosts ...string) string {
	return r.walk(nil, hosts...).id(id)
}

// Message masks a body outside of any exchange, by a media type that may be empty
// or wrong. Where early is true only what is masked at capture is. The hosts are those of
// Text.
func (r *Redactor) Message(where, contentType string, data []byte, early bool, hosts ...string) ([]byte, []capture.Redaction) {
	kinds := r.early
	if !early {
		kinds = nil
	}
	w := r.walk(kinds, hosts...)
	return w.message(where, contentType, data), w.marks
}

func (w *walk) message(where, contentType string, data []byte) []byte {
	pass := func() []byte {
		w.prefix, w.path = where, w.path[:0]
		return w.body(proxy.Body{Data: data, Size: int64(len(data)), Complete: true}, proxy.Fields{{Name: "Content-Type", Value: contentType}}).Data
	}
	data = pass()
	if w.echoes() {
		data = pass()
	}
	return data
}

// Leaving masks content in which nobody knows any more which part came from which of the
// hosts: what holds for one of them holds for all of it. What was cut short is judged by what is
// left of it. Where there are no marks, it may leave as it is.
func (r *Redactor) Leaving(contentType string, data []byte, hosts ...string) ([]byte, []capture.Redaction) {
	w := r.walk(nil, hosts...)
	w.asIs = true
	return w.message("", contentType, data), w.marks
}

// Readable returns content as text in UTF-8; it is not ok for what is none, such as
// a picture.
func Readable(contentType string, data []byte) (text string, ok bool) {
	text, _, ok = asText(string(data), contentType)
	return text, ok
}
