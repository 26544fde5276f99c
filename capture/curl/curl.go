// Package curl writes a captured request so that a person can send it again: as
// a command of a POSIX shell for curl, and as a .http file for an editor. Whatever the
// request holds stays data: it never becomes an option, a file name, a variable
// or a second command.
package curl

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"flagrante/proxy"
)

// BodyFile is the file name under which the commands expect a body that cannot
// stand in the command itself.
const BodyFile = "request-body.bin"

// inlineLimit keeps an argument well below the 128 KiB that Linux allows for one.
const inlineLimit = 64 << 10

// expectLimit is the body size in bytes from which curl asks for a 100 Continue.
const expectLimit = 1 << 20

// FromFile reports whether the body of r is to be read from BodyFile, because
// it is binary, too long for a command line, or not wholly known.
func FromFile(r proxy.Request) bool {
	b := r.Body
	return b.Size > 0 && (b.Cut || len(b.Data) > inlineLimit || !utf8.Valid(b.Data) || slices.Contains(b.Data, 0))
}

// Command returns one command of a shell that sends r with curl: the same method,
// target, header fields and body, with values that were masked left as they
// are. It follows no redirect and switches no check of certificates off. What
// cannot be sent in HTTP/1.1 at all (a line break in a field) becomes a space.
//
// When FromFile is true the command reads the body from BodyFile in the current
// folder.
func Command(r proxy.Request) string { return build(r, BodyFile, false) }

// Template is Command for a request in which Variable marks what stands for a value
// that is not known yet: "$NAME" in the command. The body is read from the file
// bodyFile where FromFile is true. The flags are more options, as they stand in a
// command: they are ours, never part of a capture.
func Template(r proxy.Request, bodyFile string, flags ...string) string {
	return build(r, bodyFile, true, flags...)
}

func build(r proxy.Request, bodyFile string, marked bool, flags ...string) string {
	r = inHTTP1(r)
	c := command{words: append([]string{"curl"}, flags...), marked: marked, bodyFile: bodyFile}
	c.address(r.URL)
	switch {
	case r.Proto == "HTTP/1.0":
		c.flag("--http1.0")
	case opens(r):
		// What it comes to stands in the head, and HTTP/2 has no Upgrade.
		c.flag("-v", "--http1.1")
	}
	c.method(r)
	c.target(r.URL)
	c.header(r)
	c.body(r)
	return strings.Join(append([]string{strings.Join(c.words, " ")}, c.lines...), " \\\n  ")
}

// command is a command line in the making: the words of its first line, and the
// lines after it, with one option each.
type command struct {
	words, lines []string
	// marked reports that marks stand for variables.
	marked   bool
	bodyFile string
}

func (c *command) flag(words ...string) { c.words = append(c.words, words...) }

func (c *command) line(option, value string) { c.lines = append(c.lines, option+" "+c.quote(value)) }

// address adds the options without which curl would take the URL for a pattern,
// tidy its path, or fetch something that is not HTTP.
func (c *command) address(target string) {
	// What a variable holds is not known, so it may hold a pattern too.
	if strings.ContainsAny(target, "[]{}") || c.marked && strings.ContainsAny(target, markOpen) {
		c.flag("--globoff")
	}
	if path := strings.ToLower(target); strings.Contains(path, "/.") || strings.Contains(path, "/%2e") || c.marked && strings.Contains(path, markOpen) {
		c.flag("--path-as-is")
	}
	if !web(target) {
		c.flag("--proto", quote("=http,https"))
	}
}

// method names the method, unless curl would choose it anyway. Asking for HEAD
// by name would make curl wait for a body that never comes.
func (c *command) method(r proxy.Request) {
	// What stands for a tunnel that nobody can read is tried by opening one.
	if r.Method == "CONNECT" {
		c.flag("-v")
		return
	}
	method := strings.Map(tchar, r.Method)
	usual := "GET"
	if sends(r) {
		usual = "POST"
	}
	switch method {
	case "", usual:
	case "HEAD":
		c.flag("--head")
	default:
		c.flag("-X", bare(method))
	}
}

func (c *command) header(r proxy.Request) {
	for _, f := range lines(r) {
		if f.Value == "" {
			c.line("-H", f.Name+";")
		} else {
			c.line("-H", f.Name+": "+f.Value)
		}
	}
	for _, name := range unasked(r) {
		c.line("-H", name+":")
	}
	if r.Header.Get("Accept-Encoding") != "" {
		c.lines = append(c.lines, "--compressed")
	}
}

// unasked lists the fields that curl would add although the app did not.
func unasked(r proxy.Request) []string {
	var names []string
	for _, name := range []string{"User-Agent", "Accept"} {
		if !has(r.Header, name) {
			names = append(names, name)
		}
	}
	if sends(r) && !has(r.Header, "Content-Type") {
		names = append(names, "Content-Type")
	}
	if r.Body.Size >= expectLimit && !has(r.Header, "Expect") {
		names = append(names, "Expect")
	}
	return names
}

func (c *command) body(r proxy.Request) {
	switch {
	case !sends(r):
	case FromFile(r):
		c.line("--data-binary", "@"+c.bodyFile)
	default:
		c.line("--data-raw", string(r.Body.Data))
	}
}

func (c *command) target(target string) {
	target = escape(target)
	if strings.HasPrefix(target, "-") || target == "" {
		c.flag("--url")
	}
	c.flag(c.quote(target))
}

// sends reports whether the request is sent with a body, be it one that was
// announced as empty. A body of HEAD means nothing (RFC 9110, section 9.3.2),
// and curl sends none.
func sends(r proxy.Request) bool {
	return r.Method != "HEAD" && (r.Body.Size > 0 || has(r.Header, "Content-Length"))
}

// web reports whether target is an absolute HTTP URL.
func web(target string) bool {
	lower := strings.ToLower(target)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// escape percent-encodes the bytes that no URL may hold: blanks and controls.
func escape(target string) string {
	var b strings.Builder
	for i := range len(target) {
		if c := target[i]; c <= ' ' || c == 0x7f {
			b.WriteString(url.PathEscape(target[i : i+1]))
			continue
		}
		b.WriteByte(target[i])
	}
	return b.String()
}
