package usage

import (
	"fmt"
	"io"
	"strings"
)

// Completion writes what lets a shell complete the command line: bash, zsh or fish.
func (c Command) Completion(out io.Writer, shell string) error {
	text := map[string]func() string{"bash": c.bash, "zsh": c.zsh, "fish": c.fish}[shell]
	if text == nil {
		return fmt.Errorf("there is no completion for %q", shell)
	}
	_, err := io.WriteString(out, text())
	return err
}

// words are what may follow a command: subcommands, and flags, those of the program
// included.
func (c Command) words(global []Flag) []string {
	var words []string
	for _, sub := range c.Subs {
		words = append(words, sub.Path[len(sub.Path)-1])
	}
	for _, f := range append(append([]Flag{}, c.Flags...), global...) {
		words = append(words, "--"+f.Name)
	}
	return append(words, "--help")
}

// bash has one function: it finds the command in the words so far, and offers what
// may follow it.
func (c Command) bash() string {
	var s strings.Builder
	s.WriteString("# bash completion of flagrante\n_flagrante() {\n  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\" command= word i\n")
	s.WriteString("  for ((i = 1; i < COMP_CWORD; i++)); do\n    word=\"${COMP_WORDS[i]}\"\n    [ \"$word\" = -- ] && { COMPREPLY=($(compgen -c -f -- \"$cur\")); return; }\n    case \"$command $word\" in\n")
	for _, one := range c.all()[1:] {
		path := strings.Join(one.Path, " ")
		fmt.Fprintf(&s, "      %q) command=%q ;;\n", " "+path, " "+path)
	}
	s.WriteString("    esac\n  done\n  case \"$command $prev\" in\n")
	for _, one := range c.all() {
		command := strings.Join(append([]string{""}, one.Path...), " ")
		for _, f := range append(append([]Flag{}, one.Flags...), c.globalFor(one)...) {
			switch {
			case len(f.Choices) > 0:
				fmt.Fprintf(&s, "    %q) COMPREPLY=($(compgen -W %q -- \"$cur\")); return ;;\n", command+" --"+f.Name, strings.Join(f.Choices, " "))
			case f.File:
				fmt.Fprintf(&s, "    %q) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", command+" --"+f.Name)
			}
		}
	}
	s.WriteString("  esac\n  case \"$command\" in\n")
	for _, one := range c.all() {
		files := ""
		for _, a := range one.Args {
			if a.File {
				files = " -f"
			}
		}
		command := strings.Join(append([]string{""}, one.Path...), " ")
		fmt.Fprintf(&s, "    %q) COMPREPLY=($(compgen%s -W %q -- \"$cur\")) ;;\n", strings.TrimRight(command, " "), files, strings.Join(one.words(c.globalFor(one)), " "))
	}
	s.WriteString("  esac\n}\ncomplete -F _flagrante flagrante\n")
	return s.String()
}

// globalFor are the flags of the program, for its commands.
func (c Command) globalFor(one Command) []Flag {
	if len(one.Path) == 0 {
		return nil
	}
	return c.Flags
}

// zsh finds the command as bash does, and describes what may follow.
func (c Command) zsh() string {
	var s strings.Builder
	s.WriteString("#compdef flagrante\n# zsh completion of flagrante\n_flagrante() {\n  local -a words_before options; local command= word\n  words_before=(${words[2,CURRENT-1]})\n  for word in $words_before; do\n    case \"$command $word\" in\n")
	for _, one := range c.all()[1:] {
		path := strings.Join(one.Path, " ")
		fmt.Fprintf(&s, "      %q) command=%q ;;\n", " "+path, " "+path)
	}
	s.WriteString("    esac\n  done\n  case \"$command\" in\n")
	for _, one := range c.all() {
		fmt.Fprintf(&s, "    %q) options=(", strings.TrimRight(strings.Join(append([]string{""}, one.Path...), " "), " "))
		for _, sub := range one.Subs {
			fmt.Fprintf(&s, " %s", single(sub.Path[len(sub.Path)-1]+":"+colons(sub.Help)))
		}
		for _, f := range append(append([]Flag{}, one.Flags...), c.globalFor(one)...) {
			fmt.Fprintf(&s, " %s", single("--"+f.Name+":"+colons(f.Help)))
		}
		s.WriteString(" ) ;;\n")
	}
	s.WriteString("  esac\n  _describe flagrante options || _files\n}\n[ \"$funcstack[1]\" = _flagrante ] && _flagrante || compdef _flagrante flagrante\n")
	return s.String()
}

func (c Command) fish() string {
	var s strings.Builder
	s.WriteString("# fish completion of flagrante\ncomplete -c flagrante -f\n")
	for _, one := range c.all() {
		condition := fishCondition(one)
		for _, sub := range one.Subs {
			fmt.Fprintf(&s, "complete -c flagrante -n %s -a %s -d %s\n", single(condition), sub.Path[len(sub.Path)-1], single(sub.Help))
		}
		if len(one.Path) == 0 {
			condition = "true"
		}
		for _, f := range one.Flags {
			fmt.Fprintf(&s, "complete -c flagrante -n %s -l %s%s -d %s\n", single(condition), f.Name, fishValue(f), single(f.Help))
		}
		for _, a := range one.Args {
			if a.File || a.Name == "command" {
				fmt.Fprintf(&s, "complete -c flagrante -n %s -F\n", single(condition))
			}
		}
	}
	return s.String()
}

func fishCondition(one Command) string {
	if len(one.Path) == 0 {
		return "__fish_use_subcommand"
	}
	condition := "__fish_seen_subcommand_from " + strings.Join(one.Path, "; and __fish_seen_subcommand_from ")
	if len(one.Subs) > 0 {
		var names []string
		for _, sub := range one.Subs {
			names = append(names, sub.Path[len(sub.Path)-1])
		}
		condition += "; and not __fish_seen_subcommand_from " + strings.Join(names, " ")
	}
	return condition
}

func fishValue(f Flag) string {
	switch {
	case f.Value == "":
		return ""
	case len(f.Choices) > 0:
		return " -x -a " + single(strings.Join(f.Choices, " "))
	case f.File:
		return " -r -F"
	}
	return " -x"
}

func single(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func colons(text string) string { return strings.ReplaceAll(text, ":", `\:`) }
