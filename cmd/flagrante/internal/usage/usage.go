// Package usage tells the command line in other forms than --help: completions for
// shells, a manual page, and the reference in docs. All are made of the parser's own
// model, so that none can say what is not so.
package usage

import (
	"strings"

	"github.com/alecthomas/kong"
)

// Command is a command, or the program itself.
type Command struct {
	// Path are the words that call it, without the program's name.
	Path []string
	// Help is a line, Detail what --help says besides.
	Help, Detail string
	// Synopsis is how it is called.
	Synopsis string
	Flags    []Flag
	Args     []Arg
	Subs     []Command
}

// Flag is an option of a command.
type Flag struct {
	Name  string
	Short rune
	Help  string
	// Value names what is given; empty for a switch.
	Value    string
	Variable string
	// Choices are all values that it takes, where they are few.
	Choices []string
	// File says that the value is a file or folder.
	File bool
}

// Arg is what stands behind a command.
type Arg struct {
	Name, Help string
	File       bool
}

// Of returns the whole command line.
func Of(app *kong.Application) Command { return of(app.Node, nil) }

func of(n *kong.Node, path []string) Command {
	c := Command{Path: path, Help: n.Help, Detail: n.Detail, Synopsis: strings.TrimSpace(n.Summary())}
	for _, f := range n.Flags {
		if f.Name != "help" && !f.Hidden {
			c.Flags = append(c.Flags, flagOf(f))
		}
	}
	for _, a := range n.Positional {
		c.Args = append(c.Args, Arg{Name: a.Name, Help: a.Help, File: isFile(a.Name)})
	}
	for _, child := range n.Children {
		if child.Type == kong.CommandNode && !child.Hidden {
			c.Subs = append(c.Subs, of(child, append(append([]string{}, path...), child.Name)))
		}
	}
	return c
}

func flagOf(f *kong.Flag) Flag {
	flag := Flag{Name: f.Name, Short: f.Short, Help: f.Help, File: isFile(f.PlaceHolder)}
	if !f.IsBool() {
		flag.Value = f.FormatPlaceHolder()
	}
	if len(f.Envs) > 0 {
		flag.Variable = f.Envs[0]
	}
	if f.Enum != "" {
		for choice := range strings.SplitSeq(f.Enum, ",") {
			if choice != "" {
				flag.Choices = append(flag.Choices, choice)
			}
		}
	}
	return flag
}

func isFile(name string) bool {
	return strings.EqualFold(name, "file") || strings.EqualFold(name, "files") || name == "DIR"
}

// all returns a command and all below it.
func (c Command) all() []Command {
	list := []Command{c}
	for _, sub := range c.Subs {
		list = append(list, sub.all()...)
	}
	return list
}

// name is the command as it is typed.
func (c Command) name() string { return strings.Join(append([]string{"flagrante"}, c.Path...), " ") }
