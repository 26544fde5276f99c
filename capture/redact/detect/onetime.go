package detect

import "strings"

// OneTime reports whether the segment of a path names what is done with a secret of
// a link in a message: /reset/{token}.
func OneTime(segment string) bool {
	return is(Fold(segment), "reset", "resetpassword", "passwordreset", "confirm", "confirmation", "verify", "verification", "activate", "activation", "invite",
		"invitation", "invites", "magic", "magiclink", "unsubscribe", "redefinir", "redefinirsenha", "confirmar", "confirmacao", "ativar", "ativacao",
		"convite", "convites", "verificar", "recuperar", "recuperarsenha", "accept", "aceitar", "onetime", "sso", "impersonate", "share", "compartilhar")
}

// Unguessable reports whether a word was made to be found by nobody: long, of letters
// and digits.
func Unguessable(v string) bool {
	return len(v) >= 16 && !strings.ContainsAny(v, " .:") && strings.ContainsAny(v, "0123456789") && strings.ContainsAny(strings.ToLower(v), "abcdefghijklmnopqrstuvwxyz")
}

// OneTimeCode reports a value that names codes which count once, as the method of a
// second factor does.
func OneTimeCode(v string) bool {
	return is(Fold(v), "otp", "totp", "2fa", "mfa", "smsotp", "otpsms", "onetimepassword", "twofactor", "doisfatores")
}
