package detect

import (
	"strings"
	"unicode"
)

// actor finds somebody who is said to have done something, or to whom something goes:
// "created by …", "assigned to: …", "ship to …", "aprovado por …".
func (f *finder) actor(start, end int) {
	switch f.text[start:end] {
	case "by", "to", "por", "para", "a":
	default:
		return
	}
	before := strings.TrimRight(f.text[max(0, start-maxActor):start], " ")
	verb := strings.ToLower(before[strings.LastIndexByte(before, ' ')+1:])
	if !f.acts[strings.TrimRight(verb, "as")] && !f.acts[verb] {
		return
	}
	at := end + len(f.text[end:]) - len(strings.TrimLeft(f.text[end:], ": "))
	n := properNoun(f.text[at:])
	words := strings.Fields(f.text[at : at+n])
	if at == end || len(words) < 2 {
		return
	}
	for _, word := range words {
		if folded := Fold(word); f.noName(folded) || f.roles[folded] || !properWord(word) && !unicode.IsLower(rune(word[0])) {
			return
		}
	}
	f.found(at, at+n, Name, "named-in-text")
}

// maxActor bounds the length of a word of acts, in bytes, with what separates it.
const maxActor = 24

// acts are what persons do, and what is done for them.
const acts = `created updated requested approved assigned signed submitted authorized authorised changed ship shipped deliver delivered addressed belonging belongs
	pertence pertencente 	criado atualizado solicitado aprovado atribuido atribuído assinado enviado autorizado alterado cadastrado entregue destinado`

// roles do things as well, and are nobody.
const roles = `team equipe support suporte admin engine policy risk fraud gateway issuer acquirer department departamento central federal nacional
	bureau processor provider network api sistema automation scheduler worker job rules rule office receita`

// streetInEnglish finds an address in the order of English: 1200 Maple Street.
func (f *finder) streetInEnglish(start, end int) {
	if end-start > 5 || !isDigit(f.text[start]) || end+1 >= len(f.text) || f.text[end] != ' ' || !isUpper(f.text[end+1]) || !allDigits(f.text[start:end]) {
		return
	}
	at := end
	for range 4 {
		size := wordLength(f.text[at+1:])
		if size == 0 || !isUpper(f.text[at+1]) {
			return
		}
		word := f.text[at+1 : at+1+size]
		if first := at == end; !first && is(strings.ToLower(word), "street", "st", "avenue", "ave", "drive", "dr", "lane", "ln", "road", "rd", "boulevard", "blvd", "court", "terrace", "parkway", "highway") {
			next, _, _ := strings.Cut(strings.TrimPrefix(f.text[at+1+size:], " "), " ")
			if !is(next, "of", "the", "to", "a", "and", "for") { // Else these are words of a sentence.
				f.found(start, at+1+size, Address, "named-in-text")
			}
			return
		}
		if at += 1 + size; at+1 >= len(f.text) || f.text[at] != ' ' {
			return
		}
	}
}

// loginName returns where the name of an account begins that stands right behind the word
// for one, or -1: "usuário joao.silva bloqueado", "for user qs14ag".
func (f *finder) loginName(name string, end int) int {
	if f.text[end] != ' ' || end+1 >= len(f.text) || !isLetter(f.text[end+1]) && !isDigit(f.text[end+1]) {
		return -1
	}
	to := end + 1
	for to < len(f.text) && (isWord(f.text[to]) || f.text[to] == '.' && to+1 < len(f.text) && isLetter(f.text[to+1])) {
		to++
	}
	if v := f.text[end+1 : to]; (mixedWord(v) || strings.IndexByte(v, '.') > 1) && f.names.Of(name).Kind == User {
		return end + 1
	}
	return -1
}
