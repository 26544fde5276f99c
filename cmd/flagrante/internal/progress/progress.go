// Package progress shows how far long work is: a bar that moves on a terminal,
// plain lines below one another elsewhere, and nothing for what is over at once.
package progress

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

const (
	// onTerminal is how often a person sees the progress, inLines how often a log.
	onTerminal = 200 * time.Millisecond
	inLines    = 10 * time.Second
	barWidth   = 20
	clearLine  = "\r\x1b[K"
)

// Unit says what is counted.
type Unit int

// The units.
const (
	// Items are counted as they are.
	Items Unit = iota
	// Bytes are shown in MiB.
	Bytes
)

// Options are what a Bar is made with.
type Options struct {
	// Out is where it is shown: the standard error.
	Out io.Writer
	// Terminal reports that a person looks at Out.
	Terminal bool
	Now      func() time.Time
	// Name says what is done, as in "import calls.har".
	Name string
	Unit Unit
	// Total is how much there is; 0 where it is not known.
	Total int64
}

// Bar is one piece of long work. It is safe for many goroutines.
type Bar struct {
	Options
	mu          sync.Mutex
	done        int64
	every       time.Duration
	begun, next time.Time
	shown       bool
}

// Start begins a Bar; nothing is shown yet.
func Start(o Options) *Bar {
	b := &Bar{Options: o, every: inLines, begun: o.Now()}
	if o.Terminal {
		b.every = onTerminal
	}
	b.next = b.begun.Add(b.every)
	return b
}

// Add counts n more, and shows the progress when it is due.
func (b *Bar) Add(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count(b.done + n)
}

// Set says how much is done in all, and shows the progress when it is due.
func (b *Bar) Set(done int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count(done)
}

func (b *Bar) count(done int64) {
	b.done = done
	if now := b.Now(); now.After(b.next) {
		b.next = now.Add(b.every)
		b.show(now)
	}
}

// SetTotal says how much there is, once that is known.
func (b *Bar) SetTotal(total int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Total = total
}

// Close removes the bar from the terminal.
func (b *Bar) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shown && b.Terminal {
		_, _ = io.WriteString(b.Out, clearLine) // What can't be shown is no reason to end.
	}
	b.shown = false
}

func (b *Bar) show(now time.Time) {
	b.shown = true
	text := b.text(now)
	if b.Terminal {
		text = clearLine + text
	} else {
		text += "\n"
	}
	_, _ = io.WriteString(b.Out, text) // See Close.
}

func (b *Bar) text(now time.Time) string {
	if b.Total <= 0 {
		return fmt.Sprintf("%s: %s", b.Name, b.amount(b.done))
	}
	share := min(float64(b.done)/float64(b.Total), 1)
	text := fmt.Sprintf("%s: %d%% of %s", b.Name, int(100*share), b.amount(b.Total))
	if b.Terminal {
		full := int(share * barWidth)
		text = fmt.Sprintf("%s [%s%s]", text, strings.Repeat("#", full), strings.Repeat(".", barWidth-full))
	}
	if left, ok := b.left(now, share); ok {
		text += ", " + left.String() + " left"
	}
	return text
}

// left estimates the time until the end from the time so far.
func (b *Bar) left(now time.Time, share float64) (time.Duration, bool) {
	if share < 0.01 {
		return 0, false
	}
	spent := now.Sub(b.begun)
	return time.Duration(float64(spent) * (1 - share) / share).Round(time.Second), true
}

func (b *Bar) amount(n int64) string {
	if b.Unit == Bytes {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprint(n)
}
