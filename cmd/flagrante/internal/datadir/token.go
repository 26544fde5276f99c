package datadir

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"flagrante/cmd/flagrante/internal/hinted"
)

// DeskToken returns the token that was given, or the one in the data folder,
// which it makes there on the first start.
func DeskToken(dir, given string) (string, error) {
	if given != "" {
		return checkedToken(given, "the desk token")
	}
	path := TokenFile(dir)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ReadToken(path)
	}
	if err != nil {
		return "", fmt.Errorf("make the desk token: %w", err)
	}
	token := rand.Text()
	_, err = f.WriteString(token + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		// What is left of it would be no token the next time.
		return "", errors.Join(fmt.Errorf("make the desk token: %w", err), os.Remove(path))
	}
	return token, nil
}

// TokenFile is where the token of the desk is.
func TokenFile(dir string) string { return filepath.Join(dir, "desk-token") }

// ReadToken reads the token of a file that nobody else may read.
func ReadToken(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("read the desk token: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", hinted.New(fmt.Errorf("the desk token %s can be read by others (mode %04o)", path, info.Mode().Perm()), "chmod 600 it, or delete it to have a new one made")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the desk token: %w", err)
	}
	return checkedToken(strings.TrimSpace(string(data)), path)
}

func checkedToken(token, what string) (string, error) {
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"%&+#;,\`, r) }) {
		return "", hinted.New(fmt.Errorf("%s can't be used as a token", what), "use letters, digits, '-' and '_', at least 16 of them")
	}
	return token, nil
}
