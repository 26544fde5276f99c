package upstream

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"flagrante/proxy/fault"
)

// rounds are the attempts that are on their way to upstream proxies. Each goes out under
// a mark of its own: one that comes back to us has gone round in a circle.
//
// The mark is a member of Via in CONNECT (RFC 9110, section 7.6.3) and of
// Proxy-Connection in plain requests, and in SOCKS5 it is told to another flagrante
// alone: none of these gets to a vendor.
type rounds struct {
	// name is under what upstream proxies know us, empty to leave no marks.
	name string

	mu   sync.Mutex
	last uint64
	open map[string]context.CancelCauseFunc
}

// begin returns the mark of an attempt. Its context ends when the mark comes back.
func (r *rounds) begin(ctx context.Context) (_ context.Context, mark string, end func()) {
	if r.name == "" {
		return ctx, "", func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	mark = r.name + "-" + strconv.FormatUint(r.last, 10)
	r.open[mark] = cancel
	return ctx, mark, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.open, mark)
		cancel(nil)
	}
}

// back reports whether one of our marks is among those of a request, and ends its
// attempt.
func (r *rounds) back(via string) bool {
	ours := false
	for _, mark := range marksIn(via) {
		if r.name == "" || !strings.HasPrefix(mark, r.name+"-") {
			continue
		}
		ours = true
		r.mu.Lock()
		cancel := r.open[mark]
		r.mu.Unlock()
		if cancel != nil {
			cancel(fault.ErrCameBack)
		}
	}
	return ours
}

// markPrefix begins the marks of every flagrante.
const markPrefix = "flagrante-"

// maxVia bounds what is passed on of the proxies before us, in bytes.
const maxVia = 4 << 10

// Marks returns the marks in a list of names, such as the value of Proxy-Connection, as
// members of Via.
func Marks(list string) string {
	var members []string
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); isMark(name) {
			members = append(members, "1.1 "+name)
		}
	}
	return strings.Join(members, ", ")
}

// isMark reports whether a name is a mark and nothing else, wherever it stands.
func isMark(name string) bool {
	return strings.HasPrefix(name, markPrefix) && !strings.ContainsFunc(name, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-')
	})
}

// marksIn returns the marks in a value of Via.
func marksIn(via string) (marks []string) {
	for member := range strings.SplitSeq(via, ",") {
		if words := strings.Fields(member); len(words) > 1 && isMark(words[1]) {
			marks = append(marks, words[1])
		}
	}
	return marks
}

// onto adds a mark to a value of Via. Of one that is too long the newest members are
// kept: of a circle each is in it again and again.
func onto(via, mark string) string {
	for len(via) > maxVia {
		_, rest, more := strings.Cut(via, ",")
		if !more {
			rest = ""
		}
		via = strings.TrimSpace(rest)
	}
	switch {
	case mark == "":
		return via
	case via == "":
		return "1.1 " + mark
	}
	return via + ", 1.1 " + mark
}
