package detect

import (
	"encoding/base64"
	"strings"
)

// keyLike finds keys by how they are put together, whatever stands beside them.
func (f *finder) keyLike(start, end int) {
	id := f.idLike || start < f.quiet
	switch {
	case f.joined(start):
	case !id && end-start >= longestCapitals && strings.Trim(f.text[start:end], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "":
		f.found(start, end, Token, "capitals")
	case end == len(f.text):
	case f.text[end] == '.':
		f.dotted(start)
	case f.text[end] == '-' && end-start == 8:
		f.behindUUID(start)
	case !id:
		f.paddedKey(start)
	}
}

// longestCapitals is how many capitals in a row no word has.
const longestCapitals = 32

// dotted finds two or three parts made by chance between dots, the last of which is the
// longest, as in the tokens of bots and personal access tokens. Names of hosts, files and
// classes have words for parts.
func (f *finder) dotted(start int) {
	end := start
	for end < len(f.text) && end-start < maxToken && (isWord(f.text[end]) && f.text[end] < 0x80 || f.text[end] == '-' || f.text[end] == '.') {
		end++
	}
	run := strings.TrimRight(f.text[start:end], ".-")
	parts := strings.Split(run, ".")
	last := parts[len(parts)-1]
	if len(parts) > 3 || len(last) < 27 || !byChance(last) || len(parts[0]) < 14 || !mixedWord(parts[0]) {
		return
	}
	for _, part := range parts[1:] {
		if len(part) < 6 {
			return
		}
	}
	f.found(start, start+len(run), Token, "parts-by-chance")
}

// byChance reports letters and digits that take turns as in nothing that somebody thought of.
func byChance(v string) bool {
	return Unguessable(v) && (patternless(v) || strings.Trim(v, "0123456789abcdef") == "")
}

// behindUUID finds a UUID that goes on with as many hexadecimal digits again, which that of
// a request does not.
func (f *finder) behindUUID(start int) {
	const id, least = 36, 32
	end := start + id
	if len(f.text) < end+least || !isUUID(f.text[start:end]) {
		return
	}
	for end < len(f.text) && match(f.text[end:], "h") > 0 {
		end++
	}
	if end-start-id >= least && (end == len(f.text) || !isWord(f.text[end])) {
		f.found(start, end, Token, "uuid-and-more")
	}
}

// paddedKey finds 64 bytes in base64, the length of keys for HMAC-SHA-256 and of the keys of
// storage accounts; a digest as long has its algorithm before it.
func (f *finder) paddedKey(start int) {
	const length = 88
	end := start + length
	if end > len(f.text) || f.text[end-2:end] != "==" || end < len(f.text) && (isWord(f.text[end]) || f.text[end] == '=') || start > 0 && strings.IndexByte("+/=-:", f.text[start-1]) >= 0 {
		return
	}
	key := f.text[start:end]
	if strings.HasSuffix(Fold(f.text[max(0, start-12):start]), "sha512") {
		return
	}
	if _, err := base64.StdEncoding.DecodeString(key); err == nil && patternless(key) {
		f.found(start, end, Token, "padded-key")
	}
}

// codeByChance reports a key or a code, called no more than that, of which letters and
// digits by turns follow: "chave … recusada", "code … was already used". The ids of requests
// and payments have names of their own.
func (f *finder) codeByChance(folded string, from int) bool {
	if !is(folded, "chave", "key", "code", "codigo") {
		return false
	}
	for from < len(f.text) && (isQuote(f.text[from]) || f.text[from] == '(' || f.text[from] == '[') {
		from++
	}
	v := f.text[min(from, len(f.text)):f.tokenEnd(min(from, len(f.text)))]
	return len(v) >= 20 && byChance(v) && !isUUID(v)
}
