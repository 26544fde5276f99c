package detect

import "strings"

// login finds the password in what a user is written before an at sign with, as addresses of
// databases have it and as errors repeat it: app:…@tcp(10.0.0.1:3306)/db, app:…@db-1,
// sqlplus app/…@PRD. A host with dots and no port is that of an e-mail address.
func (f *finder) login() {
	start := f.at
	for start > f.last() && f.at-start < maxVerdict && strings.IndexByte(" \t\r\n\"'`(=<>", f.text[start-1]) < 0 {
		start--
	}
	cut := strings.IndexAny(f.text[start:f.at], ":/")
	if cut < 1 || strings.IndexFunc(f.text[start:start+cut], func(c rune) bool { return !isWord(byte(c)) && c != '.' && c != '-' }) >= 0 {
		return
	}
	password := f.text[start+cut+1 : f.at]
	if !mixedWord(password) || strings.ContainsAny(password, "/:<") || !hostOfLogin(f.text[f.at+1:]) {
		return
	}
	f.found(start+cut+1, f.at, Password, "login-of-address")
}

// hostOfLogin reports a host that s begins with, and that no e-mail address has.
func hostOfLogin(s string) bool {
	n := 0
	for n < len(s) && (isWord(s[n]) || s[n] == '-' || s[n] == '.') {
		n++
	}
	if n < len(s) && (s[n] == ':' || s[n] == '(') {
		return n > 0
	}
	return n > 0 && strings.IndexByte(s[:n], '.') < 0 || strings.HasPrefix(s, "//")
}

// session finds the password in the lines of a protocol that an error repeats: PASS … of FTP
// (RFC 959, section 4.1.1), LOGIN user … of IMAP (RFC 9051, section 6.2.3), and the answer to
// "Password:" in base64 of AUTH LOGIN, which mail servers took over from before SMTP had a
// standard for it.
func (f *finder) session(start, end int) {
	switch f.text[start:end] {
	case "PASS":
		if strings.Contains(f.text[max(0, start-maxHead):start], "USER ") {
			f.secretAt(end+1, "login-of-session")
		}
	case "LOGIN":
		line, _, _ := strings.Cut(f.text[end:min(len(f.text), end+maxHead)], "\n")
		if words := strings.Fields(line); len(words) == 2 && mixedWord(strings.Trim(words[1], `"`)) {
			f.secretAt(end+strings.LastIndex(line, words[1]), "login-of-session")
		}
	case "UGFzc3dvcmQ6":
		at := end + len(f.text[end:]) - len(strings.TrimLeft(f.text[end:], "\\rn\r\n \tC:>"))
		if at > end {
			f.secretAt(at, "login-of-session")
		}
	}
}
