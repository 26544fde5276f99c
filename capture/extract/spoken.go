package extract

import (
	"strings"

	"flagrante/capture/document"
)

// spoken finds the ids that a text names in words, as pages of firewalls and delivery
// networks do: "Your support ID is: 77", "Reference #18.9d3b", "Incident ID: 778-1234".
func (c *collector) spoken(text string) {
	words := strings.Fields(text)
	for i, word := range words {
		named, ok := callsID(word)
		if !ok {
			continue
		}
		next := i + 1
		for next < len(words) && isBeforeID(words[next]) {
			named = named || strings.EqualFold(strings.Trim(words[next], ":#"), "id")
			next++
		}
		if next == len(words) {
			return
		}
		id := strings.Trim(words[next], `#:.,;()[]"'`)
		if (named || isReference(word) && strings.ContainsAny(word+words[next], ":#")) && looksLikeID(id) {
			c.add(id)
		}
	}
}

// callsID reports whether a word may stand before an id, and whether it says by itself that
// one follows.
func callsID(word string) (named, ok bool) {
	switch strings.TrimSuffix(bare(word), "id") {
	case "support", "suporte", "incident", "incidente", "ray", "request", "requisicao", "correlation", "correlacao", "trace", "tracking", "event", "evento", "error", "erro", "transaction", "transacao":
		return strings.HasSuffix(bare(word), "id"), true
	}
	return false, isReference(word)
}

// isReference tells the words before an id that need no "ID" beside them, but a sign.
func isReference(word string) bool {
	switch bare(word) {
	case "reference", "referencia", "ref", "protocolo":
		return true
	}
	return false
}

// isBeforeID tells what may stand between the name of an id and the id.
func isBeforeID(word string) bool {
	switch bare(word) {
	case "", "id", "is", "e", "number", "numero":
		return true
	}
	return false
}

func bare(word string) string { return document.Fold(strings.Trim(word, `#:.,;()[]"'`)) }

// looksLikeID tells an id from the words that go on with a sentence.
func looksLikeID(s string) bool {
	return len(s) >= 6 && strings.ContainsAny(s, "0123456789") && isID("", s)
}
