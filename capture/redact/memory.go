package redact

import (
	"bytes"
	"strings"

	"flagrante/capture/redact/detect"
	"flagrante/proxy"
)

// Memory holds the secrets that were seen lately, so that they are masked wherever
// they come again: in an echo of another call, in a message, in an address. It is
// never written. Two generations bound it; the zero Memory remembers nothing yet.
// It is not safe for use by many goroutines.
type Memory struct {
	young, old generation
	// names caches what names of header fields say, walk is used for all bodies.
	names map[string]detect.Naming
}

// generation holds some of the values, with what finds them.
type generation struct {
	masks   map[string]string
	needles *needles
}

// maxGeneration is the number of values after which a generation is old.
const maxGeneration = 1024

// lasting reports whether a secret is told from other values by more than by
// chance, in any call.
func lasting(kind detect.Kind, v string) bool {
	if !kind.IsSecret() || len(v) < 12 && !(kind == detect.Password && len(v) >= 8) || len(v) > 8192 {
		return false
	}
	digits, letters := 0, 0
	for i := range len(v) {
		switch c := v[i]; {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			letters++
		}
	}
	return digits > 1 && letters > 1 && (kind != detect.Cookie || detect.Random(v))
}

// add remembers a value, and reports whether it is remembered.
func (m *Memory) add(kind detect.Kind, v, mask string) bool {
	if m == nil || !lasting(kind, v) {
		return false
	}
	if _, ok := m.young.masks[v]; ok {
		return true
	}
	if len(m.young.masks) >= maxGeneration {
		m.old, m.young = m.young, generation{}
	}
	if m.young.masks == nil {
		m.young = generation{masks: map[string]string{}, needles: emptyNeedles(maxGeneration)}
	}
	v = strings.Clone(v)
	m.young.masks[v] = mask
	m.young.needles.addForms(v, mask, m.young.needles.add)
	return true
}

// chain returns all that is to be looked for: what is remembered, and first.
func (m *Memory) chain(first *needles) *needles {
	if m == nil {
		return first
	}
	for _, g := range [...]generation{m.young, m.old} {
		switch {
		case g.needles == nil:
		case first == nil:
			first = &needles{parts: []*needles{g.needles}}
		default:
			first.parts = append(first.parts, g.needles)
		}
	}
	return first
}

// maxLearned bounds the bodies that are learned from, in bytes.
const maxLearned = 64 << 10

// Learn remembers the secrets of a call that is not kept, as of the answer that
// gives a token.
func (r *Redactor) Learn(m *Memory, x *proxy.Exchange) { r.learn(m, x, false) }

// LearnBesides is Learn for a call whose answer is known to hold none of the SecretWords,
// so that its body need not be looked at.
func (r *Redactor) LearnBesides(m *Memory, x *proxy.Exchange) { r.learn(m, x, true) }

func (r *Redactor) learn(m *Memory, x *proxy.Exchange, silent bool) {
	host := hostOf(x.Request.URL)
	r.learnFields(m, host, x.Request.Header)
	opens := opensSession(x.Request.URL)
	r.learnBody(m, host, x.Request.Body, x.Request.Header, opens)
	if x.Response == nil {
		return
	}
	r.learnFields(m, host, x.Response.Header)
	if !silent {
		r.learnBody(m, host, x.Response.Body, x.Response.Header, opens)
	}
}

func (r *Redactor) learnFields(m *Memory, host string, fields proxy.Fields) {
	for _, f := range fields {
		if len(f.Value) < 8 {
			continue
		}
		naming, ok := m.names[f.Name]
		if !ok {
			naming = r.names.Of(f.Name)
			if m.names == nil || len(m.names) > 1000 {
				m.names = map[string]detect.Naming{}
			}
			m.names[strings.Clone(f.Name)] = naming
		}
		if !naming.Kind.IsSecret() {
			continue
		}
		if _, known := m.young.masks[f.Value[strings.IndexByte(f.Value, ' ')+1:]]; known {
			continue
		}
		w := r.walk(r.early, host)
		w.memory = m
		w.field(f)
	}
}

// learnBody learns from a body in which a word tells of secrets; a packed one is
// unpacked only where the address tells of them.
func (r *Redactor) learnBody(m *Memory, host string, b proxy.Body, header proxy.Fields, opens bool) {
	if len(b.Data) == 0 || len(b.Data) > maxLearned || !tellsSecret(b.Data) && !(opens && header.Get("Content-Encoding") != "") {
		return
	}
	w := r.walk(r.early, host)
	w.memory, w.prefix = m, "body"
	w.body(b, header)
}

// opensSession reports an address where credentials are given.
func opensSession(url string) bool {
	for _, word := range [...]string{"oken", "auth", "login", "ession", "signin", "redential", "ecret"} {
		if strings.Contains(url, word) {
			return true
		}
	}
	return false
}

// tellsSecret reports a word that stands where a secret is given.
func tellsSecret(data []byte) bool {
	for _, word := range telling() {
		if bytes.Contains(data, []byte(word)) {
			return true
		}
	}
	return false
}

func telling() [8]string {
	return [...]string{"oken", "ecret", "enha", "assword", "ession", "redential", "pi_key", "piKey"}
}

// SecretWords returns, in lower case, words of which a body holds one where it gives a
// secret.
func SecretWords() (words []string) {
	for _, word := range telling() {
		words = append(words, strings.ToLower(word))
	}
	return words
}
