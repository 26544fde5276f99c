package extract

import (
	"html"
	"strings"

	"flagrante/capture"
	"flagrante/capture/lexicon"
)

const (
	// maxPage is how much of a page is looked at, in bytes, and maxPlainPage up to which
	// length of its text a sentence outside of headings may be what it says.
	maxPage      = 64 << 10
	maxPlainPage = 2000
	// maxSentence is the longest sentence, in bytes, that is taken from a page.
	maxSentence = 300
)

// fromPage reads what a page says that stands where an answer was to be: that of a
// firewall, of a proxy in front of the API, or of a maintenance. Headings go before
// sentences, these before the title, and what sounds of failing before all else.
func fromPage(page string) capture.Vendor {
	return capture.Vendor{Code: codeOnPage(page), Message: clean(messageOnPage(page))}
}

func messageOnPage(page string) string {
	headings, sentences, title := said(page)
	for _, lines := range [][]string{headings, sentences, title} {
		for _, line := range lines {
			if lexicon.ToneOf(line) < lexicon.Silent {
				return line
			}
		}
	}
	for _, line := range append(headings, title...) {
		return line
	}
	return ""
}

// codeOnPage returns the number of an error that a page shows on a line of its own.
func codeOnPage(page string) string {
	for _, line := range lines(page) {
		if c := numberOfError(line); c != "" && !isNumberOfStatus(c) {
			return c
		}
	}
	return ""
}

// numberOfError returns the number of a line such as "Error 1020" and "Código do erro: 1102".
func numberOfError(line string) string {
	words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n:#", r) })
	if len(words) < 2 || len(words) > 4 || !lexicon.Of(strings.Join(words[:len(words)-1], " ")).Has(lexicon.Error) {
		return ""
	}
	if c := words[len(words)-1]; len(c) > 1 && len(c) < 8 && isNumber(c) {
		return c
	}
	return ""
}

// said returns the lines of a page that say more than a status.
func said(page string) (headings, sentences, title []string) {
	length := 0
	for tag, line := range lines(page) {
		length += len(line)
		switch line = telltale(line); {
		case line == "":
		case tag == "title":
			title = append(title, line)
		case len(tag) == 2 && tag[0] == 'h' && tag[1] <= '3':
			headings = append(headings, line)
		default:
			sentences = append(sentences, line)
		}
	}
	if length > maxPlainPage {
		sentences = nil
	}
	return headings, sentences, title
}

// telltale returns a line without the status before it; nothing of one that only repeats
// a status or says that there is an error, and of what is no sentence.
func telltale(line string) string {
	line = strings.Join(strings.Fields(line), " ")
	rest := strings.TrimLeft(withoutAny(line, "http status", "http", "status", "error", "erro"), " :")
	if code, after, _ := strings.Cut(rest, " "); isNumberOfStatus(strings.Trim(code, ":-")) {
		line = strings.TrimLeft(after, " :-–—|")
	}
	if len(line) > maxSentence || isStatusOfServer(line) || numberOfError(line) != "" || lexicon.Of(line).Has(lexicon.Error) && !strings.Contains(line, " ") {
		return ""
	}
	return line
}

func withoutAny(line string, beginnings ...string) string {
	for _, b := range beginnings {
		if len(line) >= len(b) && strings.EqualFold(line[:len(b)], b) {
			return line[len(b):]
		}
	}
	return line
}

// isStatusOfServer tells the phrases of statuses as servers and proxies write them.
func isStatusOfServer(line string) bool {
	switch line = strings.ReplaceAll(line, "Time-out", "Timeout"); line {
	case "Service Temporarily Unavailable", "Request-URI Too Large", "Authorization Required":
		return true
	}
	return lexicon.IsPhrase(line)
}

// lines yields the texts of a page with the element that each begins in. Elements in a
// line, such as <b>, do not end it; scripts, styles and comments have none.
func lines(page string) func(yield func(tag, line string) bool) {
	return func(yield func(tag, line string) bool) {
		tag, line := "", ""
		for page != "" {
			text, rest, _ := strings.Cut(page, "<")
			line += text
			name, after := element(rest)
			page = after
			if name == "br" {
				line += " "
			}
			if isInLine(strings.TrimPrefix(name, "/")) {
				continue
			}
			if said := strings.TrimSpace(html.UnescapeString(line)); said != "" && !yield(tag, said) {
				return
			}
			tag, line = name, ""
		}
	}
}

// element returns the name of the element that begins a text, and what follows it.
func element(rest string) (name, after string) {
	if strings.HasPrefix(rest, "!--") {
		_, after, _ = strings.Cut(rest, "-->")
		return "", after
	}
	inside, after, _ := strings.Cut(rest, ">")
	name, _, _ = strings.Cut(strings.ToLower(strings.TrimSuffix(inside, "/")), " ")
	name = strings.TrimSpace(name)
	if name == "script" || name == "style" {
		end := strings.Index(strings.ToLower(after), "</"+name)
		if end < 0 {
			return name, ""
		}
		return name, after[end:]
	}
	return name, after
}

func isInLine(name string) bool {
	switch name {
	case "b", "strong", "i", "em", "span", "a", "code", "font", "u", "small", "br", "tt":
		return true
	}
	return false
}
