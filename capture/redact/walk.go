package redact

import (
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/redact/detect"
	"flagrante/capture/redact/mask"
	"flagrante/proxy"
)

// walk masks one exchange. It goes over it once for what is found by its name or
// by its looks, and a second time for the places in which the same values occur
// again.
type walk struct {
	*Redactor
	// hosts are those to which it belongs, none where that is not known; rules and allow
	// those that hold for them.
	hosts []string
	rules []Rule
	allow []Allowance
	kinds map[detect.Kind]bool // nil means all
	// personal is false when no kind of personal data is masked.
	personal bool
	marks    []capture.Redaction
	// noted are the digests of the marks that were made, lists those of places in lists,
	// with how many marks each has; notes counts all that was masked.
	noted map[uint64]struct{}
	lists map[uint64]inList
	notes int
	// written are the bodies that were masked, by their prefix.
	written map[string]written
	// prefix and path say where the walk is.
	prefix string
	path   []step
	// recent are some of the names that came last.
	recent [slots]*known
	// seen holds the values that were masked as a whole, with their masks.
	seen map[string]string
	// masks holds those that were made, by kind and value.
	masks map[[2]string]string
	// memory is that of secrets of other exchanges; nil means none.
	memory     *Memory
	remembered int
	// pieces finds what is left of the values that were masked, nil for none.
	pieces *pieces
	again  *needles
	// bound are the columns that the list which comes next has the values of.
	bound []string
	depth int
	// work is how many bytes have been looked at once more without their escapes.
	work int
	// cut says that the message ends before it is over, asIs that it leaves as it is.
	cut, asIs bool
	// fixed measures text where masks are as wide as what they stand for, nil elsewhere.
	fixed func(string) int
	// sought is a mask whose places are noted in foundAt.
	sought  string
	foundAt []string
	// byhand are the values that people masked, nil for none.
	byhand *handMasks
}

// walk begins to mask what belongs to those hosts.
func (r *Redactor) walk(kinds map[detect.Kind]bool, hosts ...string) *walk {
	personal := kinds == nil || slices.ContainsFunc(detect.Personal(), func(kind detect.Kind) bool { return kinds[kind] })
	var byhand *handMasks
	if r.hand != nil {
		byhand = r.hand.now.Load()
	}
	if slices.Contains(hosts, "") {
		hosts = slices.DeleteFunc(slices.Clone(hosts), func(host string) bool { return host == "" })
	}
	rules, allow := r.holding(hosts)
	return &walk{Redactor: r, byhand: byhand, hosts: hosts, rules: rules, allow: allow, kinds: kinds, personal: personal}
}

// place says what is known of a value from where it stands.
type place struct {
	name           string
	naming, parent detect.Naming
	outer          string
	// field is true for header fields and parameters, whose "key" is a secret.
	field bool
	// said is what an attribute says that the elements below hold, saidOf its naming:
	// <Attribute Name="cpf"><AttributeValue>.
	said   string
	saidOf detect.Naming
	// forced is the kind of all that lies inside of a secret.
	forced detect.Kind
}

const (
	// maxMarks bounds the notes on one exchange; masking goes on without them.
	maxMarks = 1000
	// maxNesting bounds how deep messages inside of messages are looked at.
	maxNesting = 6
)

func (w *walk) exchange(x *proxy.Exchange) proxy.Exchange {
	out := w.pass(x)
	if w.echoes() {
		return w.pass(&out)
	}
	return out
}

// echoes prepares the second pass, and reports whether there is one.
func (w *walk) echoes() bool {
	w.again = w.memory.chain(newNeedles(w.seen))
	return w.again != nil
}

func (w *walk) pass(x *proxy.Exchange) proxy.Exchange {
	out := *x
	out.Tunnel = w.fields("tunnel.header", x.Tunnel)
	out.Request.URL = w.in("request.url", func() string { return w.url(x.Request.URL) })
	out.Request.Header = w.fields("request.header", x.Request.Header)
	out.Request.Trailer = w.fields("request.trailer", x.Request.Trailer)
	w.prefix = "request.body"
	out.Request.Body = w.body(x.Request.Body, x.Request.Header)
	if x.Err != nil {
		failed := *x.Err
		failed.Text = w.line("error", failed.Text)
		out.Err = &failed
	}
	if x.Response != nil {
		answer := *x.Response
		answer.Reason = w.line("response.reason", answer.Reason)
		answer.Header = w.fields("response.header", answer.Header)
		answer.Trailer = w.fields("response.trailer", answer.Trailer)
		w.prefix = "response.body"
		answer.Body = w.body(answer.Body, x.Response.Header)
		out.Response = &answer
	}
	return out
}

func (w *walk) in(prefix string, f func() string) string {
	w.prefix, w.path, w.cut = prefix, w.path[:0], false
	return f()
}

// line masks text that stands alone.
func (w *walk) line(where, s string) string {
	return w.in(where, func() string { return w.value(place{}, s) })
}

func (w *walk) active(kind detect.Kind) bool { return w.kinds == nil || w.kinds[kind] }

func (w *walk) naming(name string) detect.Naming {
	if strings.HasPrefix(name, "<") && detect.MaskLen(name) > 0 {
		return detect.Naming{} // A mask names nothing, whatever its kind is called.
	}
	c := &w.recent[slot(name)]
	if *c == nil || (*c).name != name {
		*c = w.lately.known(w.names, name)
	}
	return (*c).naming
}

// slots is how many names a walk has at hand.
const slots = 32

// slot is where a name is at hand: a list has the same ones in each of its items.
func slot(name string) int {
	if name == "" {
		return 0
	}
	return (len(name)*7 + int(name[0]) + int(name[len(name)-1])*3 + int(name[len(name)/2])*5) % slots
}

// leaf masks a value by the name that it stands under, or by what it is.
func (w *walk) leaf(at place, v string) string {
	if v == "" || mask.Is(v) || maskedLine(v) {
		return v
	}
	if w.again == nil {
		if kind, rule := w.named(at, v); kind != "" {
			return w.bySyntax(at, kind, rule, v)
		}
	}
	return w.value(at, v)
}

// bySyntax masks a value as a whole, unless it is that of a header field of which
// a part may stay; such fields stand in logs and archives too.
func (w *walk) bySyntax(at place, kind detect.Kind, rule, v string) string {
	if kind != detect.Token && kind != detect.Cookie || rule == "configured-name" {
		return w.whole(kind, rule, v)
	}
	switch detect.Fold(at.name) {
	case "authorization", "proxyauthorization":
		return w.credential(v)
	case "cookie":
		return w.cookies(v)
	case "setcookie":
		return w.setCookie(v)
	}
	return w.whole(kind, rule, v)
}

// named tells by its name what a value is.
func (w *walk) named(at place, v string) (kind detect.Kind, rule string) {
	for _, rule := range w.rules {
		if len(rule.Names) > 0 && nameMatches(rule.Names, detect.Fold(at.name)) {
			return w.ifActive(rule.Kind), "configured-name"
		}
	}
	if w.allowed(at, v) {
		return "", ""
	}
	if at.forced != "" && !described(at) {
		return w.ifActive(at.forced), "member-name"
	}
	if at.field && (strings.EqualFold(at.name, "key") && len(v) > 4 || strings.EqualFold(at.name, "chave") && detect.Random(v)) {
		return w.ifActive(detect.Token), "parameter-name"
	}
	if !w.personal && !at.naming.Kind.IsSecret() && !at.parent.Kind.IsSecret() {
		return "", ""
	}
	if at.outer != "" {
		if below := w.lately.below(w.names, at.parent, at.outer, at.name); below.Kind != "" && (below.Strong && !secretAmongPersonal(at, below) || at.naming.Kind == "") {
			if kind = w.names.Decide(below, at.parent, v); kind != "" {
				return w.ifActive(kind), "member-name"
			}
		}
	}
	kind = w.names.Decide(at.naming, at.parent, v)
	if kind == detect.Name && w.naming(v).Kind != "" {
		return "", "" // {"nome":"Telefone","valor":…} names another value.
	}
	return w.ifActive(kind), "member-name"
}

func (w *walk) ifActive(kind detect.Kind) detect.Kind {
	if kind != "" && w.active(kind) {
		return kind
	}
	return ""
}

func (w *walk) allowed(at place, v string) bool {
	return slices.ContainsFunc(w.allow, func(a Allowance) bool {
		return len(a.Names) > 0 && nameMatches(a.Names, detect.Fold(at.name)) || a.Pattern != nil && a.Pattern.FindString(v) == v
	})
}

// whole masks a value as a whole, and remembers it.
func (w *walk) whole(kind detect.Kind, rule, v string) string {
	return w.wide(w.mask(kind, rule, v), v)
}

// mask is whole, in whatever width the mask has.
func (w *walk) mask(kind detect.Kind, rule, v string) string {
	w.note(kind, rule)
	key := [2]string{string(kind), v}
	m, ok := w.masks[key]
	if !ok {
		m = w.masker.Of(kind, v)
		w.remember(kind, v, m)
		if w.masks == nil {
			w.masks = map[[2]string]string{}
		}
		w.masks[key] = m
	}
	if m == w.sought {
		w.foundAt = append(w.foundAt, w.where(false))
	}
	return m
}
