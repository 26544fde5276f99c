package detect

import "strings"

// OneTime reports whether the segment of a path names what is done with a secret of
// a link in a message: /reset/{token}.
func OneTime(segment string) bool {
	return is(Fold(segment), "reset", "resetpassword", "passwordreset", "confirm", "confirmation", "verify", "verification", "activate", "activation", "invite",
		"invitation", "invites", "magic", "magiclink", "unsubscribe", "redefinir", "redefinirsenha", "confirmar", "confirmacao", "ativar", "ativacao",
		"convite", "convites", "verificar", "recuperar", "recuperarsenha", "accept", "aceitar", "onetime", "sso", "impersonate", "share", "compartilhar")
}

// oneTimeLink finds the secret of a link that stands in a text, behind what is done with
// it: "abra https://app.example/reset/{token}".
func (f *finder) oneTimeLink(_, end int) {
	if end == len(f.text) || f.text[end] != '/' {
		return
	}
	before := f.text[max(0, end-maxOneTime):end]
	if at := strings.LastIndexByte(before, '/'); at < 0 || !OneTime(before[at+1:]) {
		return
	}
	secret := f.text[end+1:]
	if n := strings.IndexAny(secret, "/?#&\"'<>`|()[]{},; \t\r\n"); n >= 0 {
		secret = secret[:n]
	}
	if secret = strings.TrimRight(secret, ".:!"); Unguessable(secret) {
		f.found(end+1, end+1+len(secret), Token, "one-time-link")
	}
}

// maxOneTime bounds the length of what OneTime knows, in bytes, with separators.
const maxOneTime = 32

// Unguessable reports whether a word was made to be found by nobody: long, of letters
// and digits.
func Unguessable(v string) bool {
	return len(v) >= 16 && !strings.ContainsAny(v, " .:") && strings.ContainsAny(v, "0123456789") && strings.ContainsAny(strings.ToLower(v), "abcdefghijklmnopqrstuvwxyz")
}

// Scrambled reports a short word in which letters and digits take turns, as in the secret of
// a hook, and unlike in a name with a number behind it, or in a UUID.
func Scrambled(v string) bool {
	turns := 0
	for i := range len(v) {
		if !isDigit(v[i]) && !isLetter(v[i]) {
			return false
		}
		if i > 0 && isDigit(v[i]) != isDigit(v[i-1]) {
			turns++
		}
	}
	return len(v) >= 6 && len(v) <= 64 && turns >= 2
}

// OneTimeCode reports a value that names codes which count once, as the method of a
// second factor does.
func OneTimeCode(v string) bool {
	return is(Fold(v), "otp", "totp", "2fa", "mfa", "smsotp", "otpsms", "onetimepassword", "twofactor", "doisfatores")
}
