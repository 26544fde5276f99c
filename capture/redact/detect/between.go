package detect

import "strings"

// saidWords stand between the name of a secret and the secret in sentences: "o token
// informado foi …", "expected signature …".
const saidWords = `de do da api acesso integracao informado informada enviado enviada recebido recebida fornecido fornecida digitado digitada usado usada gerado
	gerada provisorio provisoria temporario temporaria novo nova atual esperado esperada foi era e eh is was given provided received expected got value valor key`

// afterWords returns where a secret starts that stands behind its name without a colon,
// or -1: a word that nobody could guess, with no more between than what is said of
// secrets. A UUID has to follow at once, since requests have them as well.
func (f *finder) afterWords(start int, name string, end int) int {
	if f.text[end] != ' ' || !strings.ContainsAny(f.text[end:min(len(f.text), end+maxVerdict)], "0123456789") {
		return -1 // As most words in sentences.
	}
	at, words, first := end+1, 0, ""
	for ; words < 4; words++ {
		from := at
		if from < len(f.text) && isQuote(f.text[from]) {
			from++
		}
		to := f.tokenEnd(from)
		if first = f.text[from:to]; mixedWord(first) && (to == len(f.text) || strings.IndexByte(" \t\r\n,;.)\"'", f.text[to]) >= 0) {
			break
		}
		if words == 0 {
			if from := f.judged(name, end); from > 0 {
				return from
			}
		}
		if to = at + wordLength(f.text[at:]); to+1 >= len(f.text) || f.text[to] != ' ' || !f.said[Fold(f.text[at:to])] {
			return -1
		}
		at = to + 1
	}
	naming := f.namingOf(name, start, at)
	switch {
	case words == 4 || !naming.Kind.IsSecret():
		return -1
	case Unguessable(first):
		if words == 0 || naming.Strong && !isUUID(first) {
			return at
		}
	case words > 0 && naming.Kind == Password:
		return at
	case words == 0:
		return f.judged(name, end)
	}
	return -1
}

// mixedWord reports letters and digits in one word, as in a password.
func mixedWord(v string) bool {
	return len(v) > 5 && strings.ContainsAny(v, "0123456789") && strings.IndexFunc(v, func(c rune) bool { return c < 0x80 && isLetter(byte(c)) }) >= 0
}

// wordLength is how many letters and digits s begins with, in bytes.
func wordLength(s string) int {
	n := 0
	for n < len(s) && isWord(s[n]) {
		n++
	}
	return n
}

// afterOption returns where the value of an option of a command starts, or -1:
// --password …, -storepass ….
func (f *finder) afterOption(name string, end int) int {
	if !strings.HasPrefix(name, "-") || f.text[end] != ' ' {
		return -1
	}
	at := end + len(f.text[end:]) - len(strings.TrimLeft(f.text[end:], " "))
	if naming := f.names.Of(strings.Trim(name, "-")); at == len(f.text) || f.text[at] == '-' || !naming.Kind.IsSecret() || !naming.Strong {
		return -1
	}
	return at
}

// afterArgument returns where the second argument of a call starts whose first one is a
// name, or -1: setItem("token", "…").
func (f *finder) afterArgument(start, end int) int {
	if start < 2 || end+2 >= len(f.text) || f.text[start-2] != '(' || !isQuote(f.text[start-1]) || f.text[end] != f.text[start-1] || f.text[end+1] != ',' {
		return -1
	}
	at := end + 2 + len(f.text[end+2:]) - len(strings.TrimLeft(f.text[end+2:], " "))
	if at >= len(f.text) || !isQuote(f.text[at]) {
		return -1
	}
	return at
}

// lineAbove is what the line above says that a value is, as Pydantic has it: the field, and
// below it what is wrong with it, with input_value='…'.
func (f *finder) lineAbove(start int) Naming {
	lines := strings.Split(f.text[max(0, start-maxLine):start], "\n")
	if len(lines) < 2 {
		return Naming{}
	}
	return f.names.Of(strings.TrimSpace(lines[len(lines)-2]))
}

// lineBefore is what a line says that the value of the next one is, as in lists of YAML:
// "- name: DB_PASSWORD", then "value: …".
func (f *finder) lineBefore(start int) Naming {
	lines := f.text[max(0, start-maxLine):start]
	last := strings.LastIndexByte(lines, '\n')
	if last < 0 || strings.Trim(lines[last+1:], " \t-") != "" {
		return Naming{}
	}
	line := strings.TrimLeft(lines[strings.LastIndexByte(lines[:last], '\n')+1:last], " \t-")
	name, value, ok := strings.Cut(line, ":")
	if value = strings.Trim(value, " \t\r\"'"); !ok || value == "" || !f.names.Of(strings.Trim(name, "\"' ")).Names {
		return Naming{}
	}
	return f.names.Of(value)
}

// maxLine bounds how far the line before is looked for, in bytes.
const maxLine = 160
