package gate

import (
	"slices"
	"strings"
	"sync"

	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect/codec"

	"flagrante/capture/redact/detect"
)

// leaks are the rules of gitleaks. They are read when they are first asked for,
// and each of them is compiled when one of its words first stands in a text: all
// of them at once would cost a tenth of a second and 15 MiB.
type leaks struct {
	read  sync.Once
	err   error
	conf  config.ViperConfig
	names *detect.Names

	mu       sync.Mutex
	compiled map[int]rule
}

// generic and curlField are the rules that go by a name alone; ours know the names of this
// trade better, such as those of the keys by which a vendor tells repeated calls.
const (
	generic   = "generic-api-key"
	curlField = "curl-auth-header"
)

// maxDecoded is how many codings, one in another, are undone.
const maxDecoded = 4

// find returns what gitleaks finds in a text without its references, and in what is encoded
// there, with the places in the text itself.
func (l *leaks) find(text, plain string) ([]Finding, error) {
	if l.read.Do(l.load); l.err != nil {
		return nil, l.err
	}
	text = withoutMasks(text)
	var found []Finding
	decoder, segments := codec.NewDecoder(), []*codec.EncodedSegment(nil)
	for plain, depth := withoutMasks(plain), 0; depth <= maxDecoded; depth++ {
		more, err := l.scan(plain, text)
		if err != nil {
			return nil, err
		}
		for _, f := range more {
			if !slices.Contains(found, f) {
				found = append(found, f)
			}
		}
		if plain, segments = decoder.Decode(plain, segments); len(segments) == 0 {
			break
		}
	}
	return found, nil
}

// load reads the rules as gitleaks does, without its global state.
func (l *leaks) load() {
	v := viper.New()
	v.SetConfigType("toml")
	if l.err = v.ReadConfig(strings.NewReader(config.DefaultConfig)); l.err == nil {
		l.err = v.Unmarshal(&l.conf)
	}
	l.names, l.compiled = detect.NewNames(), map[int]rule{}
}

// scan applies the rules whose words stand in plain, which text was decoded to.
func (l *leaks) scan(plain, text string) ([]Finding, error) {
	lower := strings.ToLower(plain)
	var found []Finding
	for i, rule := range l.conf.Rules {
		if rule.Regex == "" || rule.Path != "" || !slices.ContainsFunc(rule.Keywords, func(word string) bool { return strings.Contains(lower, strings.ToLower(word)) }) {
			continue
		}
		r, err := l.rule(i)
		if err != nil {
			return nil, err
		}
		for _, h := range r.find(plain) {
			if l.convincing(r.RuleID, h) {
				line, column := position(text, h.secret)
				found = append(found, Finding{Kind: "secret", Rule: r.RuleID, By: byGitleaks, Line: line, Column: column})
			}
		}
	}
	return found, nil
}

// rule returns one of the rules, compiled.
func (l *leaks) rule(i int) (rule, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r, ok := l.compiled[i]; ok {
		return r, nil
	}
	one := l.conf
	one.Rules = slices.Clone(l.conf.Rules[i : i+1])
	one.Rules[0].Keywords = slices.Clone(one.Rules[0].Keywords) // Translate writes to them.
	conf, err := one.Translate()
	if err != nil {
		return rule{}, err
	}
	r := rule{conf.Rules[one.Rules[0].ID], conf.Allowlists}
	l.compiled[i] = r
	return r, nil
}

// convincing reports whether what a rule found that goes by a name is a secret by our
// knowledge of names, and of values where the name may be anything, as well.
func (l *leaks) convincing(rule string, h hit) bool {
	switch rule {
	case generic:
		return !l.nameOf(h).IDLike && !detect.Plain(h.secret) && detect.Random(h.secret)
	case curlField:
		return !l.nameOf(h).IDLike
	}
	return true
}

// nameOf returns what is known of the name before a secret.
func (l *leaks) nameOf(h hit) detect.Naming {
	before, _, _ := strings.Cut(h.match, h.secret)
	name := strings.Trim(before, " \t\r\n\"'`=>:|?,")
	if i := strings.LastIndexAny(name, " \t\"'`=>:|?,&;<"); i >= 0 {
		name = name[i+1:]
	}
	return l.names.Of(name)
}

// position returns the line and the column of a value, counted from 1.
func position(text, value string) (line, column int) {
	at := strings.Index(text, value)
	if at < 0 {
		return 0, 0
	}
	start := strings.LastIndexByte(text[:at], '\n') + 1
	return strings.Count(text[:at], "\n") + 1, at - start + 1
}

// withoutMasks hides our own masks, escaped or not, behind as many stars.
func withoutMasks(text string) string {
	out := []byte(text)
	for i := 0; i < len(text); i++ {
		n := 0
		switch text[i] {
		case '<':
			n = detect.MaskLen(text[i:])
		case '&', '%', '\\':
			n = detect.EscapedMaskLen(text[i:])
		}
		if n > 0 {
			copy(out[i:], strings.Repeat("*", n))
			i += n - 1
		}
	}
	return string(out)
}
