package main

import (
	"io"

	"flagrante/cmd/flagrante/internal/doctor"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
)

// colour is a Select Graphic Rendition (ECMA-48, section 8.3.117). All are of one
// length, so that the columns of a table stay below one another.
type colour string

const (
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
	purple colour = "35"
	grey   colour = "90"
)

// palette colours words where that can be seen.
type palette bool

// coloursFor is the palette of what out takes: NO_COLOR (no-color.org) turns colours
// off, CLICOLOR_FORCE (bixense.com/clicolors) on, and otherwise a terminal has
// them that is not dumb.
func coloursFor(w world.World, out io.Writer) palette {
	set := func(name string) bool { value, _ := w.Env(name); return value != "" && value != "0" }
	if none, _ := w.Env("NO_COLOR"); none != "" {
		return false
	}
	terminal, _ := w.Env("TERM")
	return palette(set("CLICOLOR_FORCE") || world.IsTerminal(out) && terminal != "dumb")
}

func (p palette) in(c colour, word string) string {
	if !p {
		return word
	}
	return "\x1b[" + string(c) + "m" + word + "\x1b[0m"
}

// severity colours the label of a severity.
func (p palette) severity(s draft.Severity, label string) string {
	switch s {
	case draft.Critical:
		return p.in(purple, label)
	case draft.High:
		return p.in(red, label)
	case draft.Medium:
		return p.in(yellow, label)
	}
	return p.in(grey, label)
}

// status colours a word by how a check ended.
func (p palette) status(s doctor.Status, word string) string {
	switch s {
	case doctor.OK:
		return p.in(green, word)
	case doctor.Warn:
		return p.in(yellow, word)
	case doctor.Fail:
		return p.in(red, word)
	}
	return p.in(grey, word)
}
