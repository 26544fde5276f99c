package redact

import (
	"slices"
	"strings"
)

// secretName reports whether a header, parameter or member of that name holds a
// secret. The name has no separators and is in lower case.
func secretName(n string) bool {
	if harmless(n) {
		return false
	}
	return slices.ContainsFunc(secretParts(), func(part string) bool { return strings.Contains(n, part) }) ||
		slices.Contains(secretWhole(), n) || strings.HasSuffix(n, "key")
}

// secretParts make a secret of every name that they stand in.
func secretParts() []string {
	return []string{
		"token", "secret", "password", "passwd", "passphrase", "senha", "apikey", "appkey", "accesskey", "privatekey",
		"authorization", "credential", "credencia", "signature", "assinatura", "assertion", "cookie", "samlre", "jwt", "codeverifier",
	}
}

// secretWhole are names that make a secret only as they are.
func secretWhole() []string {
	return []string{"auth", "xauth", "pwd", "pass", "pin", "sig", "hmac", "sid", "sessionid", "session", "jsessionid", "phpsessid", "otp", "cvv", "cvc"}
}

// harmless are names that the rules above would take, and whose values support
// needs: they name things or describe secrets, but are none.
func harmless(n string) bool {
	return slices.Contains([]string{
		"idempotencykey", "xidempotencykey", "secwebsocketkey", "surrogatekey", "publickey", "pixkey", "chavekey", "sortkey", "partitionkey",
		"tokentype", "tokenendpoint", "expirestoken", "tokenexpiresin", "tokenexpiry", "maxtokens", "totaltokens",
		"accesscontrolallowcredentials", "signaturealgorithm", "key",
	}, n) || strings.HasPrefix(n, "accesscontrol")
}
