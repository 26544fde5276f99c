package extract

import (
	"strings"
	"unicode/utf8"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/capture/lexicon"
)

const (
	// maxText is the longest answer in plain text, in bytes, that is taken for a message,
	// and maxLines in how many lines.
	maxText  = 500
	maxLines = 10
)

// fromText reads an answer in plain text: lines or form fields of names and values, or
// else a message. Data in columns is none.
func fromText(text string) capture.Vendor {
	if first, rest, ok := strings.Cut(text, "\n"); ok && isTrace(rest) {
		text = first
	}
	if text == "null" || len(text) > maxText || strings.Count(text, "\n") >= maxLines || !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\t") {
		return capture.Vendor{}
	}
	if fields := pairs(text); len(fields) > 1 {
		return search{}.find(fields)
	}
	v := capture.Vendor{Message: clean(text)}
	if name, value, _ := strings.Cut(v.Message, ": "); isCodeName(name) && !strings.Contains(value, " ") {
		v.Code = code(value)
	}
	return v
}

// isTrace tells the lines that follow an exception: each says where it came by.
func isTrace(lines string) bool {
	first, _, _ := strings.Cut(strings.TrimLeft(lines, " \t\r\n"), " ")
	return first == "at" || first == "File" || strings.HasPrefix(lines, "Traceback")
}

// pairs reads lines such as "CODE=51" and "code: 51". It is nil when there are others.
func pairs(text string) map[string]any {
	fields := map[string]any{}
	separator := "\n"
	if !strings.Contains(text, " ") && strings.Count(text, "=") > 1 {
		separator = "&"
	}
	for line := range strings.SplitSeq(text, separator) {
		line = strings.TrimSpace(line)
		i := strings.IndexAny(line, "=:")
		if line == "" {
			continue
		}
		if i <= 0 || strings.Contains(line[:i], " ") {
			return nil
		}
		fields[line[:i]] = strings.TrimSpace(line[i+1:])
	}
	return fields
}

// isCodeName, isStatusCodeName and isMessageName tell names by their words, where none of the usual ones
// was found.
func isCodeName(name string) bool {
	class := lexicon.Of(name)
	return class.Has(lexicon.Code) && class.Has(lexicon.Error|lexicon.Known) && !class.Has(lexicon.Status)
}

func isStatusCodeName(name string) bool {
	class := lexicon.Of(name)
	return class.Has(lexicon.Code) && class.Has(lexicon.Status)
}

func isMessageName(name string) bool {
	class := lexicon.Of(name)
	return class.Has(lexicon.Message) && !class.Has(lexicon.Code)
}

func isStatusName(name string) bool { return lexicon.Of(name).Has(lexicon.Status) }

// namedSo returns the first filled scalar whose name is told by is.
func namedSo(o map[string]any, is func(string) bool) string {
	for _, key := range document.Keys(o) {
		if text := strings.TrimSpace(scalar(o[key])); text != "" && is(key) {
			return text
		}
	}
	return ""
}
