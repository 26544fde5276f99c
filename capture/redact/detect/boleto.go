package detect

import "strings"

// ValidBoleto checks the digits of a boleto: the line that people type (47, or 48
// for taxes and utilities) or the bar code (44), as FEBRABAN lays them out.
func ValidBoleto(s string) bool {
	if !allDigits(s) || uniform(s) {
		return false
	}
	switch {
	case len(s) == 47:
		return tens(s[:9]) == s[9] && tens(s[10:20]) == s[20] && tens(s[21:31]) == s[31]
	case len(s) == 48 && s[0] == '8':
		for i := 0; i < 48; i += 12 {
			if collected(s[2], s[i:i+11]) != s[i+11] {
				return false
			}
		}
		return true
	case len(s) == 44 && s[0] == '8':
		return collected(s[2], s[:3]+s[4:]) == s[3]
	case len(s) == 44:
		return elevens(s[:4]+s[5:], '1') == s[4]
	}
	return false
}

// collected is the check digit of what utilities and the state collect; the third
// digit of the number says by which sum.
func collected(by byte, s string) byte {
	if by == '6' || by == '7' {
		return tens(s)
	}
	return elevens(s, '0')
}

// tens is the check digit modulo 10.
func tens(s string) byte {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return byte('0' + (10-sum%10)%10)
}

// elevens is the check digit modulo 11, with weights from 2 to 9; odd stands for
// what has no single digit.
func elevens(s string, odd byte) byte {
	sum := 0
	for i := range len(s) {
		sum += int(s[len(s)-1-i]-'0') * (2 + i%8)
	}
	switch d := 11 - sum%11; d {
	case 10, 11:
		return odd
	default:
		return byte('0' + d)
	}
}

// brStart is how a BR Code begins: its format, 01.
const brStart = "000201"

// brCode returns the length of the copy-and-paste code of Pix (BR Code, an EMV
// QR code) that s begins with, 0 when there is none. A code whose fields do not
// fit, as one that was changed or cut off, ends where its line does.
func brCode(s string) int {
	if !strings.HasPrefix(s, brStart) || len(s) < 20 {
		return 0
	}
	s = s[:min(len(s), 1200)]
	for i := 0; i+4 <= len(s) && allDigits(s[i:i+4]); {
		end := i + 4 + int(s[i+2]-'0')*10 + int(s[i+3]-'0')
		if end > len(s) {
			break
		}
		if s[i:i+2] == "63" {
			return end
		}
		i = end
	}
	if end := strings.Index(s, "6304"); end > 0 && end+8 <= len(s) && !strings.ContainsAny(s[:end], "\r\n\"<>") {
		return end + 8
	}
	if !strings.Contains(s, "br.gov.bcb") && !strings.Contains(s, "BR.GOV.BCB") {
		return 0
	}
	if end := strings.IndexAny(s, "\r\n\"<>\t"); end > 0 {
		return end
	}
	return len(s)
}
