package detect

import (
	"strings"
)

// leadWords and tailWords stand in names of several words before and behind the word that
// says what is held: nrDocumentoIdentificacao, contaBancariaRecebedor, districtName.
const (
	leadWords = `nr nro num numero nu no bank banco dsc number nm nome name ds desc tx txt str dado dados doc`
	tailWords = `numero number num nr no dv digito name nome identificacao bancaria bancario residencial comercial principal secundario secundaria
	alternativo pessoal particular fixo movel atual completo completa origem destino credito debito corrente poupanca salario servidor entrega endereco informado informada de do da`
)

// ofNames are the words beside "name" in the name of somebody's, with those for persons:
// primeiroNome, payee_full_name.
const ofNames = `full completo oficial official informed informado primeiro segundo ultimo first last middle impresso printed legal social razao
	civil solteiro account conta benef favorec consultado tx`

// compound is what a name of several words says by the one among them that is left without
// those that only say more of it. A person in the name is one of these.
func (n *Names) compound(name string) Kind {
	words := splitWords(name)
	if len(words) < 2 {
		return ""
	}
	if n.namesPerson(words) {
		return Name
	}
	start, end := 0, len(words)
	for start < end-1 && (n.leads[words[start]] || n.group(n.persons, words[start])) {
		start++
	}
	for end > start+1 && (n.tails[words[end-1]] || n.group(n.persons, words[end-1]) || allDigits(words[end-1])) {
		end--
	}
	kind := n.exact[strings.Join(words[start:end], "")]
	if kind.IsSecret() || kind == Name || kind == User || end-start == len(words) {
		return ""
	}
	return kind
}

// namesPerson reports words of which one is "name", and another a person or one that tells
// names of persons apart; none is anything else.
func (n *Names) namesPerson(words []string) bool {
	name, person := false, false
	for _, word := range words {
		switch {
		case is(word, "nome", "name", "nom", "nm"):
			name = true
		case is(word, "account", "conta", "tx"):
		case word == "client": // An app, to OAuth.
			return false
		case n.group(n.persons, word), n.ofNames[word]:
			person = true
		default:
			return false
		}
	}
	return name && person
}

// splitWords returns the words of a name, folded: they begin with a capital or behind what
// is no letter. Capitals in a row are one word.
func splitWords(name string) (words []string) {
	from := 0
	for i := 1; i <= len(name); i++ {
		if i < len(name) && isWord(name[i]) && name[i] != '_' && (!isUpper(name[i]) || isUpper(name[i-1])) {
			continue
		}
		if word := Fold(name[from:i]); word != "" {
			words = append(words, word)
		}
		from = i
	}
	return words
}
