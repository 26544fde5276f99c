package detect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// person looks at a word after which somebody's name stands: Cliente João da Silva,
// Rua das Flores.
func (f *finder) person(start, end int) {
	if end+8 > len(f.text) {
		return
	}
	word := Fold(f.text[start:end])
	street := is(word, "rua", "avenida", "travessa", "alameda", "praca", "rodovia", "estrada", "largo", "ladeira") && isUpper(f.text[start])
	switch { // Avenida is Av., and one to whom a letter is written may be Prezado(a).
	case f.text[end] == '.' && is(word, "av", "rod", "trav", "estr", "al"):
		street = isUpper(f.text[start])
		end++
	case strings.HasPrefix(f.text[end:], "(a)"):
		if end += len("(a)"); strings.HasPrefix(f.text[end:], ". ") {
			end++ // Sr(a). is short as well.
		}
	case f.text[end] == '.' && is(word, "sr", "sra", "dr", "dra", "mr", "mrs", "ms"):
		end++
	case strings.HasPrefix(f.text[end:], ": "):
		end++
	}
	if f.text[end] != ' ' {
		return
	}
	if !street && (!f.names.persons[word] && !is(word, "prezado", "prezada", "senhor", "senhora", "sr", "sra", "dr", "dra", "mr", "mrs", "ms", "caro", "cara", "dear", "ola", "oi", "hello", "hi") || is(word, "account", "user", "usuario", "conta", "item")) {
		return
	}
	rest := f.text[end+1:]
	for _, joint := range [...]string{"das ", "dos ", "da ", "do ", "de "} {
		if street {
			rest = strings.TrimPrefix(rest, joint)
		}
	}
	from := len(f.text) - len(rest)
	n := properNoun(rest)
	words := strings.Fields(rest[:n])
	greeted := len(words) == 1 && n < len(rest) && (rest[n] == ',' || rest[n] == '!') && is(word, "ola", "oi", "hello", "hi", "dear", "prezado", "prezada", "caro", "cara")
	if n == 0 || len(words) < 2 && !street && !greeted {
		return
	}
	for _, w := range words {
		if f.noName(Fold(w)) || f.roles[Fold(w)] {
			return
		}
	}
	if street {
		f.found(from, from+n+houseNumber(rest[n:]), Address, "named-in-text")
		return
	}
	f.found(from, from+n, Name, "named-in-text")
}

// ofPerson reports the kind of a number that belongs to one person.
func ofPerson(kind Kind) bool { return kind == CPF || kind == RG || kind == Document || kind == CNH }

// personBefore finds a name right before the name of a document: Capitu Santiago, CPF: ….
func (f *finder) personBefore(start int) bool {
	from := max(f.last(), start-80)
	before := strings.TrimRight(f.text[from:start], " ,(-")
	end := from + len(before)
	at, capitals := end, 0
	for words := 0; words < 6; words++ {
		space := strings.LastIndexByte(before, ' ')
		word := before[space+1:]
		c, _ := utf8.DecodeRuneInString(word)
		joint := is(word, "da", "de", "do", "das", "dos", "e")
		if !unicode.IsUpper(c) && !joint || !properWord(word) || f.noName(Fold(word)) {
			break
		}
		if !joint {
			at, capitals = from+space+1, capitals+1
		}
		if space < 0 {
			break
		}
		before = before[:space]
	}
	if capitals < 2 {
		return false
	}
	f.found(at, end, Name, "named-in-text")
	return true
}

// properWord reports a word of letters alone.
func properWord(word string) bool {
	return len(word) > 1 && strings.IndexFunc(word, func(c rune) bool { return !unicode.IsLetter(c) && c != '\'' && c != '.' }) < 0 && (len(word) < 3 || word != strings.ToUpper(word) || len(word) > 4)
}

// noName reports a word, folded, that stands in sentences about people and is none of
// their names.
func (f *finder) noName(folded string) bool {
	return f.prose[folded] || f.names.persons[folded] || f.names.things[folded] || is(folded, "encontrado", "encontrada", "bloqueado", "bloqueada", "inexistente", "cadastrado", "cadastrada", "inativo", "inativa", "found", "blocked", "id", "api", "cpf", "cnpj", "pix", "final")
}

// properNoun returns the length of the words with capitals that s begins with, and
// what joins them in names.
func properNoun(s string) int {
	n := 0
	s = s[:min(len(s), 160)]
	for at := 0; at < len(s); {
		size := strings.IndexAny(s[at:], " \t\r\n,;\"'<>|&(){}[]=:")
		if size < 0 {
			size = len(s) - at
		}
		word := s[at : at+size]
		c, _ := utf8.DecodeRuneInString(word)
		if word == "" || !unicode.IsUpper(c) && !(is(word, "da", "de", "do", "das", "dos", "e", "di", "von", "van") && n > 0) && !(n > 0 && isDigit(word[0])) {
			break
		}
		if unicode.IsUpper(c) || isDigit(word[0]) {
			n = at + size
		}
		if at += size; at >= len(s) || s[at] != ' ' {
			break
		}
		at++
	}
	return n
}
