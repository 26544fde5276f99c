package text

import "strings"

// document is a ticket before it has a format. What it is built from is hostile;
// the constructors of spans and fences make it visible, the renderers escape it.
type document struct{ blocks []block }

// block is one of heading, paragraph, list and fence.
type block interface{ isBlock() }

type heading struct {
	level int
	line  line
}

type paragraph struct{ line line }

type list struct {
	numbered bool
	// start is the number of the first entry, 1 when it is 0.
	start   int
	entries []entry
}

// entry is a line of a list, with lines below it.
type entry struct {
	line line
	sub  []line
}

type fence struct {
	// info is the language of the content, never taken from evidence.
	info string
	text string
}

func (heading) isBlock()   {}
func (paragraph) isBlock() {}
func (list) isBlock()      {}
func (fence) isBlock()     {}

type line []span

type style int

const (
	styleText style = iota
	styleStrong
	styleCode
)

// span is a stretch of text on one line.
type span struct {
	style style
	text  string
}

// maxValue keeps a value in the running text short; the evidence has it whole.
const maxValue = 300

func text(s string) span   { return span{styleText, OneLine(s)} }
func strong(s string) span { return span{styleStrong, OneLine(s)} }
func code(s string) span   { return span{styleCode, clip(OneLine(s), maxValue)} }

func (d *document) add(b ...block)              { d.blocks = append(d.blocks, b...) }
func (d *document) heading(level int, s string) { d.add(heading{level, line{text(s)}}) }
func (d *document) say(spans ...span)           { d.add(paragraph{spans}) }

func (d *document) list(entries ...entry) {
	if len(entries) > 0 {
		d.add(list{entries: entries})
	}
}

func (d *document) fence(info, content string) {
	d.add(fence{info, strings.TrimSuffix(Visible(content), "\n")})
}

// labelled is an entry "label: value".
func labelled(label string, value ...span) entry {
	return entry{line: append(line{strong(label + ":"), text(" ")}, value...)}
}
