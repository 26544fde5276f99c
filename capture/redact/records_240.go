package redact

import (
	"slices"
	"strings"

	"flagrante/capture/redact/detect"
)

// layout240 returns the fields of a record of 240 in which personal data stands
// (FEBRABAN, "Layout Padrão de Arquivo CNAB 240", version 10); known is false for a
// segment that it does not have. What stands beside each other and tells one thing,
// as branch and account, or code and city, is one field here: its mask has more room.
func layout240(r record) (all []columns, known bool) {
	switch r.at(8, 8) {
	case "0":
		return []columns{{from: 19, to: 32, kind: detect.Document}, {from: 53, to: 72, kind: detect.Account}, {from: 73, to: 102, kind: detect.Name}}, true
	case "1":
		return lot240(r), true
	case "3":
		return segment240(r)
	}
	return nil, r.at(8, 8) == "5" || r.at(8, 8) == "9"
}

// lot240 is the header of a lot: of charges, whose number of inscription has a column more,
// or of payments and statements.
func lot240(r record) []columns {
	if r.at(10, 11) == "01" {
		return []columns{{from: 19, to: 33, kind: detect.Document}, {from: 54, to: 73, kind: detect.Account}, {from: 74, to: 103, kind: detect.Name}}
	}
	all := []columns{{from: 19, to: 32, kind: detect.Document}, {from: 53, to: 72, kind: detect.Account}, {from: 73, to: 102, kind: detect.Name}}
	if r.at(9, 9) == "E" { // A statement has a balance there.
		return all
	}
	return append(all, columns{from: 143, to: 192, kind: detect.Address}, columns{from: 193, to: 220, kind: detect.Address})
}

// segment240 is a detail, by its segment.
func segment240(r record) (all []columns, known bool) {
	switch r.at(14, 14) {
	case "A":
		return []columns{{from: 24, to: 43, kind: detect.Account}, {from: 44, to: 73, kind: detect.Name}}, true
	case "B":
		return segmentB(r), true
	case "C":
		return []columns{{from: 93, to: 112, kind: detect.Account}}, true
	case "E":
		return []columns{{from: 19, to: 32, kind: detect.Document}, {from: 53, to: 72, kind: detect.Account}, {from: 73, to: 102, kind: detect.Name}}, true
	case "G":
		return []columns{{from: 18, to: 61, kind: detect.Boleto}, {from: 63, to: 77, kind: detect.Document}, {from: 78, to: 107, kind: detect.Name}}, true
	case "H":
		return party(18, nil), true
	case "J":
		return segmentJ(r), true
	case "N":
		return []columns{{from: 58, to: 87, kind: detect.Name}, {from: 119, to: 132, kind: detect.Document}}, true
	case "O":
		return []columns{{from: 18, to: 61, kind: detect.Boleto}}, true
	case "P":
		return []columns{{from: 18, to: 37, kind: detect.Account}}, true
	case "Q":
		return party(154, resident(18)), true
	case "R":
		return []columns{{from: 211, to: 230, kind: detect.Account}}, true
	case "S", "U", "W", "Z":
		return nil, true
	case "T":
		return segmentT(r), true
	case "Y":
		return segmentY(r)
	}
	return nil, false
}

// party appends a person or company: in the column at, the type of the inscription, then
// its number and a name.
func party(at int, all []columns) []columns {
	return append(all, columns{from: at + 1, to: at + 15, kind: detect.Document}, columns{from: at + 16, to: at + 55, kind: detect.Name})
}

// resident is a party with its address: street, district, postal code and city.
func resident(at int) []columns {
	return append(party(at, nil), columns{from: at + 56, to: at + 95, kind: detect.Address}, columns{from: at + 96, to: at + 110, kind: detect.Address}, columns{from: at + 111, to: at + 133, kind: detect.Address})
}

// segmentB is where a payment goes to: an address, or a key of Pix, which the way of
// beginning in the columns 15 to 17 tells.
func segmentB(r record) []columns {
	all := []columns{{from: 19, to: 32, kind: detect.Document}}
	if strings.TrimSpace(r.at(15, 17)) != "" {
		return append(all, columns{from: 128, to: 226, kind: detect.PixKey})
	}
	return append(all, columns{from: 33, to: 82, kind: detect.Address}, columns{from: 83, to: 97, kind: detect.Address}, columns{from: 98, to: 125, kind: detect.Address})
}

// segmentJ is the payment of a boleto, or with the option 52 those who take part in it; of
// a charge by Pix, the key.
func segmentJ(r record) []columns {
	if r.at(18, 19) != "52" || !slices.Contains([]string{"", "0", "1", "2", "9"}, r.at(20, 20)) || isFigures(r.at(36, 40)) && len(r.text) >= 40 {
		return []columns{{from: 18, to: 61, kind: detect.Boleto}, {from: 62, to: 91, kind: detect.Name}}
	}
	all := party(76, party(20, nil))
	if numbered(r, 132) || strings.TrimSpace(r.at(132, 147)) == "" {
		return party(132, all)
	}
	return append(all, columns{from: 132, to: 210, kind: detect.PixKey})
}

// numbered reports whether a type of inscription and a number stand there, masked or not.
func numbered(r record, at int) bool {
	return isFigures(r.at(at, at+15)) || isFigures(r.at(at, at)) && r.at(at+1, at+1) == "<"
}

// segmentT is what became of a charge. Santander (bank 033) has its party five columns
// before the others.
func segmentT(r record) []columns {
	account := []columns{{from: 18, to: 37, kind: detect.Account}}
	if r.at(1, 3) == "033" && numbered(r, 128) && !isFigures(r.at(144, 148)) {
		return party(128, account)
	}
	return party(133, account)
}

// segmentY holds options: a guarantor, e-mail and telephone or the key of Pix, accounts
// among which an amount is shared.
func segmentY(r record) (all []columns, known bool) {
	switch r.at(18, 19) {
	case "01":
		return resident(20), true
	case "03":
		return []columns{{from: 20, to: 69, kind: detect.Email}, {from: 70, to: 79, kind: detect.Phone}, {from: 82, to: 158, kind: detect.PixKey}}, true
	case "50":
		return []columns{{from: 20, to: 39, kind: detect.Account}, {from: 77, to: 240, runs: true}}, true
	}
	return nil, false
}
