package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"flagrante/capture/redact/detect"
)

// tagged masks messages whose fields have tags instead of names, by what the tags mean:
// of SWIFT, of EDIFACT, and cards and calendars of people.
func (w *walk) tagged(v string) (string, bool) {
	if w.again != nil || w.onlyHand() {
		return v, false
	}
	switch {
	case strings.Contains(v, "<OFX>") && (w.cut || strings.Contains(v, "</OFX>")): // Its elements need no end tags, by which others are known.
		return w.xml(v), true
	case isSwift(v):
		return w.swift(v), true
	case isEdifact(v):
		return w.edifact(v), true
	case strings.Contains(v, "BEGIN:VCARD") || strings.Contains(v, "BEGIN:VCALENDAR"):
		return w.contentLines(v), true
	case strings.Contains(v, meCard):
		return w.meCards(v), true
	}
	return v, false
}

// meant masks a part of a message as a whole.
func (w *walk) meant(kind detect.Kind, v string) string {
	plain := strings.TrimSpace(v)
	if kind == detect.Document {
		kind, plain = inscribed(plain)
	}
	if plain == "" || maskAhead(plain) > 0 || !w.active(kind) || w.allowed(place{}, plain) {
		return v
	}
	return strings.Replace(v, plain, w.whole(kind, "tagged", plain), 1)
}

// maskAhead is the length of the mask that s begins with, as it is or escaped; 0 when there
// is none.
func maskAhead(s string) int { return max(detect.MaskLen(s), detect.EscapedMaskLen(s)) }

// swiftTag is how much a field's tag takes that a line of SWIFT's messages of the category MT
// begins with (SWIFT, "FIN general information"): two figures and an option between colons.
func swiftTag(line string) (tag string, length int) {
	line = strings.TrimPrefix(line, "{4:")
	if len(line) < 4 || line[0] != ':' || !isFigures(line[1:3]) {
		return "", 0
	}
	end := strings.IndexByte(line[1:min(len(line), 6)], ':')
	if end != 2 && (end != 3 || line[3] < 'A' || line[3] > 'Z') {
		return "", 0
	}
	return line[1 : 1+end], end + 2
}

// isSwift recognises a message by its reference, with which all begin, or a field of a party.
func isSwift(v string) bool {
	for _, tag := range [...]string{":20:", ":50", ":59"} {
		for at := strings.Index(v, tag); at >= 0; {
			if _, n := swiftTag(v[at:]); n > 0 && (at == 0 || v[at-1] == '\n') && strings.Contains(v[at:], "\n:") {
				return true
			}
			next := strings.Index(v[at+1:], tag)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	return false
}

// swift masks the parties of a message: who orders (50), who gets (59), and the account of a
// statement (25).
func (w *walk) swift(v string) string {
	var out strings.Builder
	tag, line := "", 0
	for text := range strings.Lines(v) {
		next, n := swiftTag(text)
		switch {
		case n > 0:
			tag, line = next, 0
			out.WriteString(text[:n])
			text = text[n:]
		case strings.HasPrefix(text, "-}"):
			tag = ""
		default:
			if line++; line > swiftLines || endsParty(text) {
				tag = ""
			}
		}
		switch {
		case strings.HasPrefix(tag, "50") || strings.HasPrefix(tag, "59"):
			out.WriteString(w.swiftParty(tag, text, &line))
		case strings.HasPrefix(tag, "25"):
			out.WriteString(w.meant(detect.Account, text))
		default:
			out.WriteString(w.prose(place{naming: detect.Naming{IDLike: tag == "20" || tag == "21" || tag == "61"}}, text))
		}
	}
	return out.String()
}

// swiftLines is how many lines follow the first one of a party at most, each of swiftWidth
// characters.
const swiftLines, swiftWidth = 4, 35

// endsParty reports a line that is no part of a party, but of what stands behind the message.
func endsParty(text string) bool {
	text = strings.TrimRight(text, "\r\n")
	return utf8.RuneCountInString(text) > swiftWidth || strings.IndexFunc(text, unicode.IsLetter) < 0 && strings.IndexFunc(text, unicode.IsDigit) < 0
}

// swiftParty masks a line of a party: its account behind a slash, its name, then its address.
// With the option F a number says what a line holds, with A a bank's code follows.
func (w *walk) swiftParty(tag, text string, line *int) string {
	if rest, ok := strings.CutPrefix(text, "/"); ok && *line == 0 {
		*line = -1
		return "/" + w.meant(detect.Account, rest)
	}
	switch {
	case strings.HasSuffix(tag, "A"):
		return text
	case strings.HasSuffix(tag, "F") && len(text) > 2 && text[1] == '/':
		kinds := map[byte]detect.Kind{'1': detect.Name, '2': detect.Address, '4': detect.Birth, '6': detect.Document, '7': detect.Document}
		if kind, ok := kinds[text[0]]; ok {
			return text[:2] + w.meant(kind, text[2:])
		}
		return text
	case *line == 0:
		return w.meant(detect.Name, text)
	}
	return w.meant(detect.Address, text)
}

// contentLines masks cards (RFC 6350) and the people of calendars (RFC 5545), line by line.
func (w *walk) contentLines(v string) string {
	var out strings.Builder
	for line := range strings.Lines(v) {
		name, value := splitContent(line)
		if value == line && strings.Contains(line, ";CN=") {
			value = "" // It was cut off before its value.
		}
		out.WriteString(w.attendee(line[:len(line)-len(value)]) + w.cardValue(name, value))
	}
	return out.String()
}

// attendee masks the name of somebody in a parameter of a calendar: ATTENDEE;CN="…".
func (w *walk) attendee(head string) string {
	const parameter = ";CN="
	at := strings.Index(head, parameter)
	if at < 0 {
		return head
	}
	from := at + len(parameter)
	named := head[from:]
	named = named[:unreleased(named, ':')]
	named = named[:unreleased(named, ';')]
	for _, quote := range [...]string{`"`, `\"`, "&#34;", "&quot;"} {
		if rest, ok := strings.CutPrefix(head[from:], quote); ok {
			from += len(quote)
			named, _, _ = strings.Cut(rest, quote)
			break
		}
	}
	return head[:from] + w.meant(detect.Name, named) + head[from+len(named):]
}

// splitContent returns the name of a content line and its value.
func splitContent(line string) (name, value string) {
	end := strings.IndexAny(line, ";:")
	if end < 0 {
		return "", line
	}
	for i, quoted := end, false; i < len(line); i++ {
		switch {
		case maskAhead(line[i:]) > 0:
			i += maskAhead(line[i:]) - 1
		case line[i] == '"':
			quoted = !quoted
		case line[i] == ':' && !quoted:
			return strings.ToUpper(line[strings.LastIndexByte(line[:end], '.')+1 : end]), line[i+1:]
		}
	}
	return "", line
}

// cardValue masks the value of a property of a card.
func (w *walk) cardValue(name, value string) string {
	switch name {
	case "FN", "N", "NICKNAME", "SORT-STRING", "RELATED":
		return w.meant(detect.Name, value)
	case "ADR", "LABEL":
		return w.meant(detect.Address, value)
	case "BDAY":
		return w.meant(detect.Birth, value)
	case "TEL":
		return w.meant(detect.Phone, value)
	case "EMAIL":
		return w.meant(detect.Email, value)
	case "GEO":
		return w.meant(detect.Position, value)
	case "PHOTO":
		return w.meant(detect.Biometric, value)
	}
	return w.prose(place{}, value)
}

// meCard begins a card in a picture of dots (NTT Docomo, "MECARD"), whose fields end with
// semicolons.
const meCard = "MECARD:"

func (w *walk) meCards(v string) string {
	before, fields, _ := strings.Cut(v, meCard)
	var out strings.Builder
	out.WriteString(w.prose(place{}, before) + meCard)
	parts := parted(fields, ';')
	for i, field := range parts {
		if field == "" {
			out.WriteString(w.prose(place{}, strings.Join(parts[i:], ";")))
			break
		}
		name, value := splitContent(field)
		out.WriteString(field[:len(field)-len(value)] + w.cardValue(name, value))
		if i < len(parts)-1 {
			out.WriteByte(';')
		}
	}
	return out.String()
}
