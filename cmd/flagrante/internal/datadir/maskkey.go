package datadir

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"flagrante/cmd/flagrante/internal/hinted"
)

// MaskKeyFile holds the key of the pseudonyms in masks.
const MaskKeyFile = "mask-key"

// MaskKey returns the key in the data folder, which it makes there on the first
// start.
func MaskKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, MaskKeyFile)
	key, err := ReadMaskKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := makeMaskKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make the key of masks: %w", err)
	}
	return ReadMaskKey(path)
}

// makeMaskKey writes a new key.
func makeMaskKey(path string) error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	return linkNew(path, hex.EncodeToString(key)+"\n")
}

// ReadMaskKey reads the key of a file that nobody else may read.
func ReadMaskKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the key of masks: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, hinted.New(fmt.Errorf("the key of masks %s can be read by others (mode %04o)", path, info.Mode().Perm()), "chmod 600 it, or delete it to have a new one made; the same value then gets another mask")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the key of masks: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(key) < 16 {
		return nil, hinted.New(fmt.Errorf("the key of masks %s can't be used", path), "delete it to have a new one made; the same value then gets another mask")
	}
	return key, nil
}

// MaskKeyName tells a key of masks from others, and tells nothing of it.
func MaskKeyName(key []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("the name of this key"))
	return "k-" + hex.EncodeToString(h.Sum(nil)[:6])
}
