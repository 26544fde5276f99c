package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wireMode is how app and vendor talk: inside TLS, in plain HTTP that a proxy
// gets in absolute form, or in plain HTTP inside a tunnel.
type wireMode string

const (
	wireTLS    wireMode = "tls"
	wirePlain  wireMode = "plain"
	wireTunnel wireMode = "tunnel"
)

// wireCase is a script for two peers. How it reads is told in
// testdata/wire/differential/README.md.
type wireCase struct {
	name  string
	modes []wireMode
	// appALPN is what the app offers, vendorALPN what the vendor takes.
	appALPN, vendorALPN []string
	// appBegins reports that the first bytes go along with the CONNECT.
	appBegins bool
	words     map[string]string
	steps     []wireStep
	// records are the exchanges that it makes, nil where the script does not say.
	records []string
}

// wireStep is one thing that one peer does.
type wireStep struct {
	where string
	peer  string
	verb  string
	text  string
	lines []string
}

func (s wireStep) String() string { return fmt.Sprintf("%s: %s %s", s.where, s.peer, s.verb) }

// wireCases reads every script.
func wireCases(t *testing.T) []wireCase {
	t.Helper()
	files, err := filepath.Glob("../../testdata/wire/differential/*.txt")
	check(t, err)
	var cases []wireCase
	for _, file := range files {
		script, err := os.ReadFile(file)
		check(t, err)
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		more, err := parseWire(name, string(script))
		check(t, err)
		cases = append(cases, more...)
	}
	return cases
}

// parseWire reads one file of scripts.
func parseWire(file, script string) ([]wireCase, error) {
	p := wireParser{file: file, words: map[string]string{}}
	for i, line := range strings.Split(script, "\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if line[0] != ' ' && line[0] != '\t' {
			p.lines = append(p.lines, wireLine{no: i + 1, text: line})
			continue
		}
		if len(p.lines) == 0 {
			return nil, fmt.Errorf("%s:%d: nothing to continue", file, i+1)
		}
		last := &p.lines[len(p.lines)-1]
		last.more = append(last.more, trimmed)
	}
	for _, line := range p.lines {
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, line.no, err)
		}
	}
	return p.cases, nil
}

// wireLine is a line with those that continue it.
type wireLine struct {
	no   int
	text string
	more []string
}

type wireParser struct {
	file  string
	lines []wireLine
	words map[string]string
	cases []wireCase
}

func (p *wireParser) line(l wireLine) error {
	first, rest, _ := strings.Cut(l.text, " ")
	joined := rest + strings.Join(l.more, "")
	switch first {
	case "let":
		name, text, _ := strings.Cut(rest, " ")
		p.words[name] = text + strings.Join(l.more, "")
		return nil
	case "case":
		p.cases = append(p.cases, wireCase{
			name: p.file + "/" + rest, words: p.words, modes: []wireMode{wireTLS, wirePlain, wireTunnel},
		})
		return nil
	}
	if len(p.cases) == 0 {
		return fmt.Errorf("%q stands before the first case", first)
	}
	c := &p.cases[len(p.cases)-1]
	switch first {
	case "via", "alpn", "begin":
		return c.setting(first, strings.Fields(rest))
	case "records":
		c.records = append(c.records, rest)
		return nil
	}
	step := wireStep{where: fmt.Sprintf("%s:%d", p.file, l.no), lines: l.more, text: joined}
	step.peer, step.verb = first, rest
	if peer, sends := strings.CutSuffix(first, ">"); sends {
		step.peer, step.verb = peer, "sends"
	} else if peer, sends := strings.CutSuffix(first, "&"); sends {
		step.peer, step.verb = peer, "starts to send"
	}
	if !step.known() {
		return fmt.Errorf("unknown step %q", l.text)
	}
	c.steps = append(c.steps, step)
	return nil
}

func (c *wireCase) setting(name string, words []string) error {
	if len(words) == 0 {
		return fmt.Errorf("%s says nothing", name)
	}
	if name == "via" {
		c.modes = nil
	}
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch name + " " + key {
		case "via tls", "via plain", "via tunnel":
			c.modes = append(c.modes, wireMode(word))
		case "alpn app":
			c.appALPN = strings.Split(value, ",")
		case "alpn vendor":
			c.vendorALPN = strings.Split(value, ",")
		case "begin app":
			c.appBegins = true
		default:
			return fmt.Errorf("unknown setting %q", name+" "+word)
		}
	}
	return nil
}

func (s wireStep) known() bool {
	if s.peer == "both" {
		return s.verb == "settle"
	}
	verbs := []string{
		"sends", "starts to send", "frames", "half-closes", "closes", "cuts", "resets", "pauses", "resumes", "sees end", "is refused",
	}
	return (s.peer == "app" || s.peer == "vendor") && slices.Contains(verbs, s.verb)
}

func TestScriptsThatMeanNothingAreRefused(t *testing.T) {
	for script, want := range map[string]string{
		"app> x":                      `x:1: "app>" stands before the first case`,
		" app> x":                     "x:1: nothing to continue",
		"case a\nnobody> x":           `x:2: unknown step "nobody> x"`,
		"case a\napp dances":          `x:2: unknown step "app dances"`,
		"case a\nvia pigeon":          `x:2: unknown setting "via pigeon"`,
		"case a\nvia":                 "x:2: via says nothing",
		"case a\n\n# why\nboth close": `x:4: unknown step "both close"`,
	} {
		if _, err := parseWire("x", script); err == nil || err.Error() != want {
			t.Errorf("%q was refused with %v, want %s", script, err, want)
		}
	}
}
