package redact

import (
	"slices"
	"strings"

	"flagrante/capture/redact/detect"
)

// bradesco is the number of a bank whose columns are its own.
const bradesco = "237"

// layout400 returns the fields of a record of 400 in which personal data stands, in the
// columns that the banks which still take it (Banco do Brasil, Bradesco, Caixa, Itaú,
// Santander) have in common; known is false for a type that they do not have.
func (f *recordFile) layout400(r record) (all []columns, known bool) {
	switch r.at(1, 1) {
	case "0":
		f.bank = r.at(77, 79)
		f.back = r.at(3, 9) == "RETORNO"
		return []columns{{from: 27, to: 46, kind: detect.Account}, {from: 47, to: 76, kind: detect.Name}}, true
	case "1":
		return f.charge400(r), true
	case "2", "9":
		return nil, true
	case "5":
		return mailed400(r), true
	case "7":
		if isFigures(r.at(2, 17)) {
			return f.charge400(r), true
		}
		return []columns{{from: 2, to: 46, kind: detect.Address}, {from: 47, to: 74, kind: detect.Address}}, true
	}
	return []columns{{from: 2, to: 394, runs: true}}, false
}

// charge400 is a charge, or what became of it: who sends it, with the account, and who has
// to pay.
func (f *recordFile) charge400(r record) []columns {
	all := company400(r)
	if f.back || !asked400(r) {
		return append(all, columns{from: 302, to: 354, runs: true})
	}
	all = append(all, columns{from: 221, to: 234, kind: detect.Document}, columns{from: 235, to: 274, kind: detect.Name}, columns{from: 275, to: 314, kind: detect.Address})
	if f.bank == bradesco || !inscribed400(r) {
		// Bradesco has a message, and a guarantor in all that follows the postal code.
		return append(all, columns{from: 327, to: 334, kind: detect.Address}, columns{from: 335, to: 394, runs: true})
	}
	return append(all, columns{from: 315, to: 326, kind: detect.Address}, columns{from: 327, to: 349, kind: detect.Address}, columns{from: 352, to: 391, runs: true})
}

// company400 is who sends a charge. Bradesco has two accounts in the place of the
// inscription.
func company400(r record) []columns {
	if inscribed400(r) {
		return []columns{{from: 4, to: 17, kind: detect.Document}, {from: 18, to: 37, kind: detect.Account}}
	}
	return []columns{{from: 2, to: 20, kind: detect.Account}, {from: 21, to: 37, kind: detect.Account}}
}

// inscribed400 reports whether a type of inscription stands where most banks have it.
func inscribed400(r record) bool {
	return slices.Contains([]string{"00", "01", "02"}, r.at(2, 3))
}

// asked400 reports whether a charge goes to the bank: who has to pay stands there, but
// where the line was cut off.
func asked400(r record) bool {
	name, number := r.at(235, 235), r.at(221, 234)
	return isFigures(r.at(219, 220)) && (isFigures(number) || number[0] == '<') && !isFigures(name) || name == ""
}

// mailed400 is the option of Itaú with an e-mail, and the address of a guarantor.
func mailed400(r record) []columns {
	all := []columns{{from: 2, to: 121, kind: detect.Email}}
	if !strings.Contains(r.at(2, 121), "@") {
		all = nil
	}
	return append(all, columns{from: 124, to: 137, kind: detect.Document}, columns{from: 138, to: 177, kind: detect.Address}, columns{from: 178, to: 189, kind: detect.Address}, columns{from: 190, to: 212, kind: detect.Address})
}
