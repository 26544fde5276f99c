package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maskKeyFile holds the key of the pseudonyms in masks.
const maskKeyFile = "mask-key"

// maskKey returns the key in the data folder, which it makes there on the first
// start.
func maskKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, maskKeyFile)
	key, err := readMaskKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := makeMaskKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make the key of masks: %w", err)
	}
	return readMaskKey(path)
}

// makeMaskKey writes a new key.
func makeMaskKey(path string) error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	return linkNew(path, hex.EncodeToString(key)+"\n")
}

func readMaskKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the key of masks: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, &hinted{fmt.Errorf("the key of masks %s can be read by others (mode %04o)", path, info.Mode().Perm()), "chmod 600 it, or delete it to have a new one made; the same value then gets another mask"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the key of masks: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(key) < 16 {
		return nil, &hinted{fmt.Errorf("the key of masks %s can't be used", path), "delete it to have a new one made; the same value then gets another mask"}
	}
	return key, nil
}
