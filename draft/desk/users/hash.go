package users

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// What a new hash costs: 19 MiB and two passes, the least that OWASP's Password
// Storage Cheat Sheet advises for Argon2id, since the desk shares a machine with
// the traffic.
const (
	memory  = 19 << 10 // KiB
	passes  = 2
	threads = 1
	keySize = 32
)

// What a hash in a file may cost at most, so that a slip of the pen does not stop
// the desk.
const (
	maxMemory  = 256 << 10 // KiB
	maxPasses  = 16
	maxThreads = 16
)

// hash is an Argon2id hash (RFC 9106) of a password.
type hash struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

func newHash(password string, salt []byte) hash {
	h := hash{memory: memory, passes: passes, threads: threads, salt: salt}
	h.key = argon2.IDKey([]byte(password), salt, passes, memory, threads, keySize)
	return h
}

// String writes a hash in the PHC string format, which other programs read too.
func (h hash) String() string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.threads, encode(h.salt), encode(h.key))
}

var errNoHash = errors.New("the hash is not one that `flagrante users line` writes ($argon2id$v=19$m=…,t=…,p=…$…$…)")

func parseHash(text string) (hash, error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return hash{}, errNoHash
	}
	var h hash
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.threads); err != nil || n != 3 {
		return hash{}, errNoHash
	}
	if h.memory < 8 || h.memory > maxMemory || h.passes < 1 || h.passes > maxPasses || h.threads < 1 || h.threads > maxThreads {
		return hash{}, fmt.Errorf("the hash asks for more than m=%d,t=%d,p=%d, or for nothing", maxMemory, maxPasses, maxThreads)
	}
	var saltErr, keyErr error
	h.salt, saltErr = base64.RawStdEncoding.DecodeString(parts[4])
	h.key, keyErr = base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(h.salt) < 8 || len(h.key) < 16 || len(h.key) > 64 {
		return hash{}, errNoHash
	}
	return h, nil
}

// fits reports whether a password is the one of the hash.
func (h hash) fits(password string) bool {
	key := argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.threads, uint32(len(h.key)))
	return subtle.ConstantTimeCompare(key, h.key) == 1
}
