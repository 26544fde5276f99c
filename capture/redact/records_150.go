package redact

import (
	"unicode/utf8"

	"flagrante/capture/redact/detect"
)

// cnab150 is the width of the records of direct debits and of payments that a bank collects
// (FEBRABAN, "Layout Débito Automático" 8 and "Layout Arrecadação" 4).
const cnab150 = 150

// begins150 recognises a record of 150 by what it has figures for: its header the way, the
// bank, the day and the number of the file; others the branch of a customer, or days. A
// header is known where the file was cut off in it.
func begins150(line string, cut bool) bool {
	r := newRecord(line, cnab150)
	header := line[0] == 'A' && (line[1] == '1' || line[1] == '2') && len(line) > 22 && isFigures(r.at(43, 45)) && isFigures(r.at(66, 81))
	if cut && header {
		return true
	}
	if utf8.RuneCountInString(line) != cnab150 {
		return false
	}
	switch line[0] {
	case 'A':
		return header
	case 'B', 'C', 'D', 'H', 'I', 'J', 'K', 'L':
		return isFigures(r.at(27, 30))
	case 'E', 'F':
		return isFigures(r.at(27, 30)) && isFigures(r.at(45, 67))
	case 'G':
		return isFigures(r.at(22, 81))
	case 'Z':
		return isFigures(r.at(2, 24))
	}
	return false
}

// layout150 returns the fields of a record of 150 in which personal data stands: how the
// company knows its customer, branch and account, and whose they are.
func layout150(r record) (all []columns, known bool) {
	customer := []columns{{from: 2, to: 26, kind: detect.Account}, {from: 27, to: 44, kind: detect.Account}}
	switch r.at(1, 1) {
	case "A":
		return []columns{{from: 23, to: 42, kind: detect.Name}}, true
	case "G":
		return []columns{{from: 2, to: 21, kind: detect.Account}, {from: 38, to: 81, kind: detect.Boleto}}, true
	case "I":
		return []columns{{from: 2, to: 26, kind: detect.Account}, {from: 28, to: 41, kind: detect.Document}, {from: 42, to: 81, kind: detect.Name}, {from: 82, to: 111, kind: detect.Address}}, true
	case "B", "C", "H", "J", "K", "L":
		return customer, true
	case "D":
		return append(customer, columns{from: 45, to: 69, kind: detect.Account}), true
	case "E", "F":
		if kind := r.at(130, 130); (kind == "1" || kind == "2") && isFigures(r.at(131, 145)) {
			customer = append(customer, columns{from: 131, to: 145, kind: detect.Document})
		}
		return customer, true
	}
	return nil, r.at(1, 1) == "Z"
}
