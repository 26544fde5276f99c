package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// documents lists everything that tells users what to type.
func documents(t *testing.T) []string {
	t.Helper()
	files := []string{"../../README.md", "../../README.pt-BR.md"}
	for _, pattern := range []string{"../../docs/*.md", "../../docs/guide/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("there is no %s: %v", pattern, err)
		}
		files = append(files, found...)
	}
	// The reference is made of the commands themselves.
	return slices.DeleteFunc(files, func(file string) bool { return filepath.Base(file) == "reference.md" })
}

// reading returns what reads a command line. A parser remembers what was set in a line before,
// so that each has one of its own; the documents of both languages have most lines in common.
func reading(t *testing.T) func(line string) (*kong.Context, error) {
	t.Helper()
	type outcome struct {
		path *kong.Context
		err  error
	}
	read := map[string]outcome{}
	return func(line string) (*kong.Context, error) {
		o, ok := read[line]
		if !ok {
			o.path, o.err = newTestParser(t, new(cli)).Parse(strings.Fields(line))
			read[line] = o
		}
		return o.path, o.err
	}
}

func TestDocumentedCommandsParse(t *testing.T) {
	parser, read := newTestParser(t, new(cli)), reading(t)
	for _, file := range documents(t) {
		for _, line := range commandLines(readDoc(t, file)) {
			if _, err := read(line); err != nil && groupOf(parser, line) == nil {
				t.Errorf("%s: flagrante %s: %v", filepath.Base(file), line, err)
			}
		}
	}
}

// TestReadmesNameCommands holds the tables of both READMEs against the commands
// that there are. Those below another one may stand in its row, in code.
func TestReadmesNameCommands(t *testing.T) {
	parser, read := newTestParser(t, new(cli)), reading(t)
	for file, title := range map[string]string{"../../README.md": "command", "../../README.pt-BR.md": "comando"} {
		named := map[string]bool{}
		for _, row := range tableRows(readDoc(t, file), title) {
			line := strings.TrimPrefix(row.name, "flagrante ")
			if group := groupOf(parser, line); group != nil {
				for _, command := range group.Leaves(false) {
					if command == group.DefaultCmd || strings.Contains(row.line, "`"+command.Name+"`") {
						named[command.Path()] = true
					}
				}
				continue
			}
			path, err := read(line)
			if err != nil {
				t.Errorf("%s: %s: %v", filepath.Base(file), row.name, err)
				continue
			}
			named[path.Selected().Path()] = true
		}
		for _, command := range commands(parser) {
			if !named[command.Path()] {
				t.Errorf("%s does not name %q", filepath.Base(file), command.Path())
			}
		}
	}
}

// groupOf returns a command that leads to others, nil for those that do not.
func groupOf(parser *kong.Kong, name string) *kong.Node {
	for _, node := range parser.Model.Children {
		if node.Name == name && len(node.Children) > 0 {
			return node
		}
	}
	return nil
}

func TestDocumentLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)(#[^)]+)?\)`)
	for _, file := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(readDoc(t, file), -1) {
			target := filepath.Join(filepath.Dir(file), match[1])
			if strings.Contains(match[1], "://") {
				continue
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %v", filepath.Base(file), err)
			} else if anchor := strings.TrimPrefix(match[2], "#"); anchor != "" && !hasHeading(readDoc(t, target), anchor) {
				t.Errorf("%s: %s has no heading #%s", filepath.Base(file), match[1], anchor)
			}
		}
	}
}

// TestLibrariesAreExplained holds the list in the design against the modules that are required directly.
func TestLibrariesAreExplained(t *testing.T) {
	design := readDoc(t, "../../docs/design.md")
	required := regexp.MustCompile(`(?m)^\t(\S+?)(?:/v\d+)? v\S+$`).FindAllStringSubmatch(readDoc(t, "../../go.mod"), -1)
	if len(required) == 0 {
		t.Fatal("go.mod requires nothing")
	}
	for _, module := range required {
		name, part := module[1], ""
		if rest, ok := strings.CutPrefix(name, "go.opentelemetry.io/otel/"); ok {
			name, part = "go.opentelemetry.io/otel", rest
		}
		if !strings.Contains(design, "`"+name+"`") || part != "" && !strings.Contains(design, "`"+part+"`") {
			t.Errorf("docs/design.md does not say what %s is for", module[1])
		}
	}
}

// commandLines returns what stands behind "flagrante" on lines of shell blocks,
// in code within sentences, and in substitutions.
func commandLines(doc string) []string {
	var lines []string
	parts := strings.Split(doc, "```")
	inline := regexp.MustCompile("`flagrante ([^`]+)`")
	typed := regexp.MustCompile(`(?m)(?:^\s*(?:\$ )?|\$\()flagrante ([^#|>\n)]+)`)
	for i, part := range parts {
		code := inline
		if i%2 == 1 {
			if !strings.HasPrefix(part, "sh\n") && !strings.HasPrefix(part, "console\n") {
				continue
			}
			code = typed
		}
		for _, match := range code.FindAllStringSubmatch(part, -1) {
			lines = append(lines, match[1])
		}
	}
	return lines
}

// hasHeading reports whether a heading of doc has the anchor that code hosts
// make of it: lower case, spaces as hyphens, other marks left out.
func hasHeading(doc, anchor string) bool {
	marks := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for line := range strings.Lines(doc) {
		title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " ")
		if !ok || line[0] != '#' {
			continue
		}
		if strings.ReplaceAll(marks.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), ""), " ", "-") == anchor {
			return true
		}
	}
	return false
}
