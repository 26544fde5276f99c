package detect

import (
	"encoding/hex"
	"strings"
)

// cardMessage finds the number of a card in a message of card networks that is written in
// hexadecimal: the second field of ISO 8583, or the tag 5A of EMV (EMV 4.4, book 3,
// annex A).
func (f *finder) cardMessage(start, end int) {
	message := f.text[start:end]
	if at := fieldOfPAN(message); at > 0 {
		if n := panLength(message[at:]); n > 0 {
			f.found(start+at+2, start+at+2+n, Card, "card-message")
			return
		}
	}
	for _, tag := range [...]string{"5a0", "5A0"} {
		at := strings.Index(message, tag) + len(tag)
		if at < len(tag) || at == len(message) {
			continue
		}
		bytes := strings.IndexByte("0123456789Aa", message[at])
		number := strings.TrimRight(message[at+1:min(len(message), at+1+2*max(0, min(bytes, 10)))], "Ff")
		if ValidCard(number) {
			f.found(start+at+1, start+at+1+len(number), Card, "card-message")
			return
		}
	}
}

// dataElement is what a folded name says that is the number of a data element of ISO 8583
// (section 4), behind a word for that: de35, bit052, f2.
func dataElement(f string) Kind {
	number := strings.TrimLeft(f, "abcdefghijklmnopqrstuvwxyz")
	name := f[:len(f)-len(number)]
	if number == "" || len(number) > 3 || !allDigits(number) || !is(name, "de", "bit", "df", "isofield") && !(len(number) == 3 && is(name, "f", "fld", "field", "campo")) {
		return ""
	}
	switch strings.TrimLeft(number, "0") {
	case "2", "34":
		return Card
	case "35", "36", "45", "55":
		return Token
	case "52":
		return Password
	case "102", "103":
		return Account
	}
	return ""
}

// fieldOfPAN is where the second field begins in a message of ISO 8583 (section 4): behind
// its type, and one or two bitmaps; 0 in other text.
func fieldOfPAN(message string) int {
	if len(message) < 40 || message[0] != '0' || match(message, "dddd") == 0 || strings.IndexByte("1245689", message[1]) < 0 {
		return 0
	}
	first, err := hex.DecodeString(message[4:6])
	switch {
	case err != nil || first[0]&0x40 == 0:
		return 0
	case first[0]&0x80 != 0:
		return 36
	}
	return 20
}

// panLength is that of the number of a card behind its length in two figures.
func panLength(field string) int {
	if match(field, "dd") == 0 {
		return 0
	}
	n := int(field[0]-'0')*10 + int(field[1]-'0')
	if len(field) < 2+n || !ValidCard(field[2:2+n]) {
		return 0
	}
	return n
}
