package detect

import "strings"

// wrapping is how much stands before the quotes of a value: b'…', N'…', """…""",
// Some("…"), SecretStr('…'), string(18) "…", and the anchor of a value in YAML.
func wrapping(s string) int {
	switch {
	case strings.HasPrefix(s, `"""`):
		return 2
	case len(s) > 2 && isQuote(s[1]) && strings.IndexByte("bBrRuUfNEL@", s[0]) >= 0:
		return 1
	case len(s) > 2 && (s[0] == '&' || s[0] == '!') && (isLetter(s[1]) || s[1] == '!'):
		if n := strings.IndexByte(s[:min(len(s), maxWrapping)], ' '); n > 0 {
			return n + 1
		}
		return 0
	}
	n := 0
	for n < min(len(s), maxWrapping) && isWord(s[n]) {
		n++
	}
	if n < 2 || n >= len(s) || s[n] != '(' {
		return 0
	}
	inner := strings.TrimLeft(s[n+1:], "0123456789) ")
	if inner == "" || !isQuote(inner[0]) {
		return 0
	}
	return len(s) - len(inner)
}

// maxWrapping bounds the name of what wraps a value, in bytes.
const maxWrapping = 24

// printed is the length of the quotation mark, as printers have it, that s begins with: “…”,
// ‘…’, «…»; 0 where none is, or where it is not closed.
func printed(s string) int {
	for _, mark := range [...][2]string{{"“", "”"}, {"‘", "’"}, {"«", "»"}} {
		if strings.HasPrefix(s, mark[0]) && strings.Contains(s, mark[1]) {
			return len(mark[0])
		}
	}
	return 0
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// block returns where a block of YAML begins and ends whose mark s begins with (YAML 1.2,
// section 8.1): its lines are those further in than the first column. 0 for other text.
func block(s string) (start, end int) {
	line := strings.IndexByte(s, '\n')
	if line < 1 || line > 4 || s[0] != '|' && s[0] != '>' || strings.Trim(s[1:line], "+-0123456789\r") != "" {
		return 0, 0
	}
	end = line + 1
	for rest := s[end:]; rest != "" && strings.IndexByte(" \t\r\n", rest[0]) >= 0; rest = s[end:] {
		n := strings.IndexByte(rest, '\n')
		if n < 0 {
			n = len(rest) - 1
		}
		end += n + 1
	}
	start = line + 1 + len(s[line+1:end]) - len(strings.TrimLeft(s[line+1:end], " \t"))
	end = start + len(strings.TrimRight(s[start:end], " \t\r\n"))
	return start, end
}

// coded reports capitals and at least five digits in one word, as documents have them.
func coded(s string) bool {
	n, digits := 0, 0
	for n < len(s) && (isDigit(s[n]) || isUpper(s[n])) {
		if isDigit(s[n]) {
			digits++
		}
		n++
	}
	return digits > 4 && (n == len(s) || !isWord(s[n]))
}

// lastDigit cuts what follows the last digit, but for a check digit X.
func lastDigit(s string) int {
	n := strings.LastIndexAny(s, "0123456789") + 1
	if n > 0 && n < len(s) && (s[n] == 'X' || s[n] == 'x') || n > 0 && n+1 < len(s) && s[n] == '-' && (s[n+1] == 'X' || s[n+1] == 'x') {
		n = strings.LastIndexAny(s, "xX") + 1
	}
	return n
}
