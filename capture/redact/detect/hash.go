package detect

import "strings"

// passwordHash finds a password as it is kept, in the form of crypt(5) or of the PHC string
// format, which begins at a dollar sign: $2b$12$…, $argon2id$v=19$…, $6$salt$….
func (f *finder) passwordHash() {
	rest := f.text[f.at:]
	for _, start := range [...]string{"$2a$", "$2b$", "$2x$", "$2y$", "$1$", "$5$", "$6$", "$7$", "$y$", "$gy$", "$apr1$", "$argon2", "$pbkdf2", "$scrypt$", "$sha1$"} {
		if !strings.HasPrefix(rest, start) {
			continue
		}
		n := len(start)
		for n < len(rest) && (isDigit(rest[n]) || isLetter(rest[n]) || strings.IndexByte("./$=,+-_", rest[n]) >= 0) {
			n++
		}
		if n = len(strings.TrimRight(rest[:n], ".,")); n >= 24 {
			f.found(f.at, f.at+n, Password, "password-hash")
		}
		return
	}
}

// endOfKey finds a key in PEM of which only the end is there: lines of base64 before
// -----END PRIVATE KEY-----.
func (f *finder) endOfKey() {
	line := f.text[f.at:min(len(f.text), f.at+64)]
	if !strings.Contains(line, "PRIVATE KEY-----") {
		return
	}
	start := f.at
	for start > f.last() && (isDigit(f.text[start-1]) || isLetter(f.text[start-1]) || strings.IndexByte("+/=\r\n\\", f.text[start-1]) >= 0) {
		start--
	}
	for start < f.at && strings.IndexByte("\r\n\\", f.text[start]) >= 0 {
		start++
	}
	if f.at-start > 16 {
		f.found(start, f.at, PrivateKey, "private-key")
	}
}

// putty finds the private part of a key file of PuTTY (PuTTY manual, appendix C): the
// lines behind "Private-Lines", and what authenticates them.
func (f *finder) putty(_, end int) {
	const name, lines = "Private", "-Lines:"
	if !strings.HasSuffix(f.text[:end], name) || !strings.HasPrefix(f.text[end:], lines) {
		return
	}
	line := strings.IndexByte(f.text[end:], '\n')
	if line < 0 {
		return
	}
	from, to := end+line+1, len(f.text)
	if i := strings.Index(f.text[from:], "\nPrivate-MAC:"); i >= 0 {
		if to = from + i + 1; strings.IndexByte(f.text[to:], '\n') < 0 {
			to = len(f.text)
		} else {
			to += strings.IndexByte(f.text[to:], '\n')
		}
	}
	if to > from && MaskLen(f.text[from:]) == 0 {
		f.found(from, to, PrivateKey, "private-key")
	}
}

// inName finds the number of a person in a word that underscores make of several, as
// names of files are: extrato_52998224725_2026.pdf.
func (f *finder) inName(start, end int) {
	word := f.text[start:end]
	if len(word) < 12 || strings.IndexByte(word, '_') < 0 {
		return
	}
	at := start
	for part := range strings.SplitSeq(word, "_") {
		switch {
		case len(part) == 11 && ValidCPF(part):
			f.found(at, at+11, CPF, "cpf-digits")
		case len(part) == 14 && allDigits(part) && part[8:11] == "000" && ValidCNPJ(part):
			f.found(at, at+14, CNPJ, "cnpj-digits")
		}
		at += len(part) + 1
	}
	if f.at != start {
		f.at = end
	}
}
