package usage

import (
	"fmt"
	"io"
	"strings"
)

// Manual writes the manual page, in the language of man(7).
func (c Command) Manual(out io.Writer, version string) error {
	var s strings.Builder
	fmt.Fprintf(&s, ".TH FLAGRANTE 1 \"\" \"flagrante %s\" \"User Commands\"\n.SH NAME\nflagrante \\- %s\n", roff(version), roff(strings.TrimSuffix(c.Help, ".")))
	s.WriteString(".SH SYNOPSIS\n.B flagrante\n.I COMMAND\n[\\fIOPTION\\fR]…\n.SH OPTIONS\n")
	for _, f := range c.Flags {
		manualFlag(&s, f)
	}
	s.WriteString(".SH COMMANDS\n")
	for _, one := range c.all()[1:] {
		if len(one.Subs) > 0 {
			continue
		}
		fmt.Fprintf(&s, ".SS %s\n%s\n.PP\n.nf\nflagrante %s\n.fi\n", roff(one.name()), roff(one.Help), roff(one.Synopsis))
		if one.Detail != "" {
			fmt.Fprintf(&s, ".PP\n.nf\n%s\n.fi\n", roff(one.Detail))
		}
		for _, f := range one.Flags {
			manualFlag(&s, f)
		}
	}
	s.WriteString(".SH EXIT STATUS\n0 when all went well, 1 when something failed, 2 when the command line can't be understood;\n\\fBrun\\fR ends with the code of its command.\n")
	s.WriteString(".SH FILES\n.TP\n.I ~/.config/flagrante/config.yaml\nThe configuration.\n.TP\n.I ~/.local/share/flagrante\nThe data folder.\n")
	_, err := io.WriteString(out, s.String())
	return err
}

func manualFlag(s *strings.Builder, f Flag) {
	fmt.Fprintf(s, ".TP\n\\fB\\-\\-%s\\fR", roff(f.Name))
	if f.Value != "" {
		fmt.Fprintf(s, "=\\fI%s\\fR", roff(f.Value))
	}
	fmt.Fprintf(s, "\n%s\n", roff(f.Help))
	if f.Variable != "" {
		fmt.Fprintf(s, "Variable: %s.\n", roff(f.Variable))
	}
}

// roff keeps text from being taken for requests.
func roff(text string) string {
	lines := strings.Split(strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}

// Reference writes all commands in Markdown.
func (c Command) Reference(out io.Writer) error {
	var s strings.Builder
	s.WriteString("Options of every command:\n\n")
	markdownFlags(&s, c.Flags)
	for _, one := range c.all()[1:] {
		if len(one.Subs) > 0 {
			continue
		}
		fmt.Fprintf(&s, "\n## %s\n\n%s\n\n    flagrante %s\n", one.name(), one.Help, one.Synopsis)
		if one.Detail != "" {
			fmt.Fprintf(&s, "\n```text\n%s\n```\n", one.Detail)
		}
		if len(one.Args)+len(one.Flags) > 0 {
			s.WriteString("\n")
		}
		for _, a := range one.Args {
			fmt.Fprintf(&s, "- `%s`: %s\n", a.Name, a.Help)
		}
		markdownFlags(&s, one.Flags)
	}
	_, err := io.WriteString(out, s.String())
	return err
}

func markdownFlags(s *strings.Builder, flags []Flag) {
	for _, f := range flags {
		name := "--" + f.Name
		if f.Value != "" {
			name += "=" + f.Value
		}
		fmt.Fprintf(s, "- `%s`: %s", name, f.Help)
		if f.Variable != "" {
			fmt.Fprintf(s, " `%s`", f.Variable)
		}
		s.WriteString("\n")
	}
}
