package detect

import "strings"

// azureSecret finds a client secret of Microsoft Entra at its tilde: three characters, a
// digit, "Q~", and 31 to 34 more, as its own scanners of repositories look for it.
func (f *finder) azureSecret() {
	start := f.at - 5
	if start < f.last() || f.text[f.at-1] != 'Q' || !isDigit(f.text[f.at-2]) || start > 0 && isWord(f.text[start-1]) {
		return
	}
	end := f.at + 1
	for end < len(f.text) && end-f.at < 40 && (isWord(f.text[end]) || strings.IndexByte("-._~", f.text[end]) >= 0) {
		end++
	}
	if end = start + len(strings.TrimRight(f.text[start:end], ".")); end-f.at > 31 {
		f.found(start, end, Token, "known-form")
	}
}

// pushToken finds the token of an app's installation at the colon in it, as Firebase Cloud
// Messaging gives it: 22 characters, ":APA91b", and more than a hundred.
func (f *finder) pushToken() {
	start, end := f.at, f.at+len(":APA91b")
	for start > f.last() && (isWord(f.text[start-1]) || f.text[start-1] == '-') {
		start--
	}
	for end < len(f.text) && (isWord(f.text[end]) || f.text[end] == '-') {
		end++
	}
	f.found(start, end, Token, "known-form")
}

// keyOfForm finds the keys of vendors that a word is as a whole: those of Twilio's API, SK
// and 32 hexadecimal digits, and those that begin with sk_ alone.
func (f *finder) keyOfForm(start, end int) {
	word := f.text[start:end]
	switch {
	case len(word) == 34 && word[0] == 'S' && word[1] == 'K' && match(word[2:], strings.Repeat("h", 32)) == 32,
		len(word) >= 19 && word[:3] == "sk_" && strings.IndexByte(word[3:], '_') < 0 && secretLike(word[3:]):
		f.found(start, end, Token, "known-form")
	case word == "ExponentPushToken" && end < len(f.text) && f.text[end] == '[':
		if n := strings.IndexByte(f.text[end:min(len(f.text), end+64)], ']'); n > 0 {
			f.found(start, end+n+1, Token, "known-form")
		}
	}
}

// marked finds what any vendor marks with letters of its own: these, a line or dash, and at
// least 32 characters of chance, in which small letters, capitals and digits take turns. Ids
// of calls, and of what these are about, are shorter, hexadecimal, or in one case.
func (f *finder) marked(start int) {
	const most, least, shortest = 12, 32, 20
	at := start
	for at < len(f.text) && at-start <= most && isLetter(f.text[at]) {
		at++
	}
	if at-start < 2 || at-start > most || len(f.text)-at <= shortest || f.text[at] != '_' && f.text[at] != '-' || f.idLike || start < f.quiet {
		return
	}
	mark := f.text[start:at]
	if mark != strings.ToLower(mark) && mark != strings.ToUpper(mark) {
		return
	}
	end := at + 1
	for end < len(f.text) && end-at < maxToken && (isWord(f.text[end]) && f.text[end] < 0x80 || f.text[end] == '-') {
		end++
	}
	chance, length := f.text[at+1:end], least
	if environment, rest, ok := strings.Cut(chance, "_"); ok && is(environment, "live", "prod", "production", "test", "sandbox", "hml") {
		chance, length = rest, 16 // What says where a key holds is no id.
	}
	mixture := chance != strings.ToLower(chance) && chance != strings.ToUpper(chance) && strings.ContainsAny(chance, "0123456789")
	if len(chance) >= length && mixture && patternless(chance) && (strings.Count(chance, "-")+strings.Count(chance, "_"))*8 < len(chance) {
		f.found(start, end, Token, "marked-key")
	}
}
