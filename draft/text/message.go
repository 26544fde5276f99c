package text

import (
	"strconv"
	"strings"

	"flagrante/capture"
	"flagrante/draft/words"
	"flagrante/proxy"
)

func (t *ticket) request() {
	r := t.f.Exchange.Request
	if t.d.Evidence.Group.Count > 1 {
		t.say(text(t.words("text.request.latest", "time", t.time(t.f.Time).plain())))
	}
	t.fence("http", strings.TrimSpace(OneLine(r.Method)+" "+OneLine(r.URL)+" "+OneLine(r.Proto)))
	t.fields(t.words("text.headers"), r.Header)
	t.body(r.Body, r.Header)
	if len(r.Trailer) > 0 {
		t.fields(t.words("text.trailers"), r.Trailer)
	}
}

func (t *ticket) response() {
	t.vendor()
	r := t.f.Exchange.Response
	if r == nil {
		t.noResponse()
		return
	}
	switch {
	case t.f.Exchange.Aborted:
		t.say(text(t.words("text.response.left")))
	case t.f.Kind == capture.KindTruncated && unreadable(t.f) == "":
		t.say(text(t.words("text.response.broken")))
	}
	t.fence("http", strings.TrimSpace(OneLine(r.Proto)+" "+strconv.Itoa(r.Status)+" "+OneLine(r.Reason)))
	t.fields(t.words("text.headers"), r.Header)
	t.body(r.Body, r.Header)
	if len(r.Trailer) > 0 {
		t.fields(t.words("text.trailers"), r.Trailer)
	}
}

// vendor shows what the vendor said of the error, apart from what we concluded.
func (t *ticket) vendor() {
	var entries []entry
	if c := t.f.Vendor.Code; c != "" {
		entries = append(entries, labelled(t.words("text.vendor.code"), code(c)))
	}
	if m := t.f.Vendor.Message; m != "" {
		entries = append(entries, labelled(t.words("text.vendor.message"), code(m)))
	}
	t.list(entries...)
}

// noResponse says what happened in place of an answer.
func (t *ticket) noResponse() {
	err := t.f.Exchange.Err
	if err == nil {
		t.say(text(t.words("text.response.aborted")))
		t.reasons()
		return
	}
	t.say(text(t.words("text.response.none")))
	entries := []entry{
		labelled(t.words("text.error.type"), text(Outcome(t.o.Lang, t.f)+" ("), code(err.Type), text(")")),
		labelled(t.words("text.error.phase"), text(words.Word(t.o.Lang, "phase", string(err.Phase)))),
	}
	if err.Text != "" {
		entries = append(entries, labelled(t.words("text.error.detail"), code(err.Text)))
	}
	t.list(entries...)
}

func (t *ticket) reasons() {
	var entries []entry
	for _, r := range t.f.Reasons {
		entries = append(entries, entry{line: line{text(words.Say(t.o.Lang, r))}})
	}
	t.list(entries...)
}

// maxFields is how many bytes of field lines are shown.
const maxFields = 16 << 10

func (t *ticket) fields(label string, fields proxy.Fields) {
	t.heading(3, label)
	if len(fields) == 0 {
		t.say(text(t.words("text.headers.none")))
		return
	}
	var lines []string
	for _, f := range fields {
		lines = append(lines, strings.TrimSpace(OneLine(f.Name)+": "+OneLine(f.Value)))
	}
	shown, cut := prefix(strings.Join(lines, "\n"), maxFields)
	t.fence("http", shown)
	if cut {
		t.say(text(t.words("text.fields.cut", "shown", t.bytes(maxFields))))
	}
}
