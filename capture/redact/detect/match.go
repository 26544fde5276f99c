package detect

// match returns the length of what s begins with when it fits the form, 0 when
// it does not: d is a digit, w a digit or capital, h a hex digit, x a digit or X;
// everything else stands for itself.
func match(s, form string) int {
	if len(s) < len(form) {
		return 0
	}
	for i := range len(form) {
		c := s[i]
		ok := c == form[i]
		switch form[i] {
		case 'd':
			ok = isDigit(c)
		case 'w':
			ok = isDigit(c) || isUpper(c)
		case 'h':
			ok = isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
		case 'x':
			ok = isDigit(c) || c == 'X' || c == 'x'
		}
		if !ok {
			return 0
		}
	}
	return len(form)
}
