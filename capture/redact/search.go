package redact

import (
	"html"
	"net/url"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/decode"
	"flagrante/capture/redact/detect"
	"flagrante/capture/redact/mask"
	"flagrante/proxy"
)

// Search finds one value wherever it is kept, in whatever form, or all values behind
// a pseudonym.
type Search struct {
	redactor *Redactor
	text     string
	// pseudonyms are those of the value, values the forms in which it was met.
	pseudonyms map[string]bool
	values     map[string]string
	needles    *needles
}

// Search returns a search for a value or for a mask as it is shown, <cpf:k3f7qa2b>.
// It is not ok for what is too short to mean one value.
func (r *Redactor) Search(value string) (s *Search, ok bool) {
	value = strings.TrimSpace(value)
	s = &Search{redactor: r, text: value, pseudonyms: map[string]bool{}, values: map[string]string{}}
	if _, pseudonym, found := strings.Cut(strings.Trim(value, "<>"), ":"); found && mask.Is("<x_x:"+pseudonym+">") {
		s.pseudonyms[pseudonym] = true
		return s, true
	}
	if len(value) < 4 {
		return nil, false
	}
	for _, kind := range append(detect.Personal(), detect.Token) {
		if digest := r.masker.Digest(mask.Normal(kind, value)); digest != "" {
			s.pseudonyms[digest] = true
		}
		for _, form := range forms(kind, value) {
			s.values[form] = erased
		}
	}
	s.prepare()
	return s, true
}

// erased stands where a value was.
const erased = "<erased>"

func (s *Search) prepare() { s.needles = newNeedles(s.values) }

// Failure reports whether a failure itself holds the value, or a mask of it; the calls
// before it are looked at apart. What it finds by its mask it knows from then on.
func (s *Search) Failure(f *capture.Failure) bool {
	found := s.Exchange(&f.Exchange)
	for _, text := range append([]string{f.Vendor.Message, f.Vendor.Code, f.Endpoint, f.Host}, f.RequestIDs...) {
		found = s.Text(text) || found
	}
	for _, reason := range f.Reasons {
		for _, value := range reason.Args {
			found = s.Text(value) || found
		}
	}
	return slices.ContainsFunc(f.Redactions, func(r capture.Redaction) bool { return s.Text(r.Where) }) || found
}

// Others returns the calls that do not hold the value.
func (s *Search) Others(calls []capture.Call) []capture.Call {
	var others []capture.Call
	for _, c := range calls {
		if !s.Exchange(&c.Exchange) {
			others = append(others, c)
		}
	}
	return others
}

// Exchange reports whether an exchange holds the value.
func (s *Search) Exchange(x *proxy.Exchange) bool {
	found := s.direct(x)
	// Masking shows values in other forms, and those of which only a mask is known.
	w := s.redactor.walk(nil, hostOf(x.Request.URL))
	w.exchange(x)
	for key, m := range w.masks {
		if s.masked(m) && s.learn(detect.Kind(key[0]), key[1]) {
			found = true
		}
	}
	return found
}

// learn adds a value that has one of the pseudonyms; it is always found.
func (s *Search) learn(kind detect.Kind, value string) bool {
	if _, known := s.values[value]; !known && len(value) >= 4 {
		for _, form := range forms(kind, value) {
			s.values[form] = erased
		}
		s.prepare()
	}
	return true
}

// direct looks for the known forms, and for masks.
func (s *Search) direct(x *proxy.Exchange) bool {
	texts := []string{x.Request.URL}
	add := func(fields proxy.Fields) {
		for _, f := range fields {
			texts = append(texts, f.Name+": "+f.Value)
		}
	}
	body := func(b proxy.Body, header proxy.Fields) {
		add(header)
		texts = append(texts, string(decode.Body(b, header, maxDecoded).Data))
	}
	add(x.Tunnel)
	body(x.Request.Body, x.Request.Header)
	add(x.Request.Trailer)
	if x.Err != nil {
		texts = append(texts, x.Err.Text)
	}
	if x.Response != nil {
		texts = append(texts, x.Response.Reason)
		body(x.Response.Body, x.Response.Header)
		add(x.Response.Trailer)
	}
	return slices.ContainsFunc(texts, s.Text)
}

// masked reports whether text holds a mask of the value.
func (s *Search) masked(text string) bool {
	for pseudonym := range s.pseudonyms {
		for _, colon := range [...]string{":", "%3A", "%3a"} {
			if strings.Contains(text, colon+pseudonym) {
				return true
			}
		}
	}
	return false
}

// Text reports whether a text holds the value, as it is, escaped or in base64, or a
// mask of it.
func (s *Search) Text(text string) bool {
	if s.masked(text) {
		return true
	}
	if s.needles == nil {
		return false
	}
	for _, plain := range unescapedForms(text) {
		if s.needles.mayStandIn(plain) {
			return true
		}
	}
	return false
}

// unescapedForms lists a text, and what is behind its escapes.
func unescapedForms(text string) []string {
	all := []string{text}
	if strings.Contains(text, `\`) {
		if plain, ok := unescapeJSON(strings.ReplaceAll(text, `"`, `\"`)); ok {
			all = append(all, plain)
		}
		all = append(all, strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\"`, `"`, `\/`, "/").Replace(text))
	}
	if strings.IndexByte(text, '%') >= 0 {
		if plain, err := url.QueryUnescape(text); err == nil {
			all = append(all, plain)
		}
	}
	if strings.IndexByte(text, '&') >= 0 {
		all = append(all, html.UnescapeString(text))
	}
	return all
}

// Forms returns every way in which the value may stand in a text, the longest first,
// with what may stand in its place.
func (s *Search) Forms() (forms []string, instead string) {
	seen := map[string]bool{}
	add := func(form string) {
		if len(form) >= 4 && !seen[form] {
			seen[form] = true
			forms = append(forms, form)
		}
	}
	for v := range s.values {
		for _, form := range [...]string{v, url.QueryEscape(v), url.PathEscape(v), escapeJSON(v), html.EscapeString(v)} {
			add(form)
		}
	}
	for pseudonym := range s.pseudonyms {
		add(":" + pseudonym)
	}
	slices.SortFunc(forms, func(a, b string) int {
		if d := len(b) - len(a); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return forms, erased
}
