package main

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"flagrante/capture/delivery"
)

// originFile holds what tells this data folder from all others.
const originFile = "origin-id"

// origin names this proxy among those of a team: the machine, the data folder, and the
// name of the app. Another one of these is another origin.
func (c config) origin(dir string, w world) (delivery.Origin, error) {
	folder, err := folderID(dir, w)
	if err != nil {
		return delivery.Origin{}, err
	}
	machine, err := os.Hostname()
	if err != nil {
		return delivery.Origin{}, fmt.Errorf("ask for the name of this machine: %w", err)
	}
	key, err := maskKey(dir)
	if err != nil {
		return delivery.Origin{}, err
	}
	sum := sha256.Sum256([]byte(folder + "\x00" + machine + "\x00" + c.Origin.Name))
	return delivery.Origin{ID: "o-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:16]), Machine: machine, App: c.Origin.Name, Masks: maskKeyName(key)}, nil
}

// folderID returns the ID of a data folder, which is made once.
func folderID(dir string, w world) (string, error) {
	path := filepath.Join(dir, originFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := linkNew(path, newID(w.now())+"\n"); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("make the ID of the data folder: %w", err)
		}
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return "", fmt.Errorf("read the ID of the data folder: %w", err)
	}
	id := strings.TrimSpace(string(data))
	if id == "" {
		return "", &hinted{fmt.Errorf("the file %s is empty", path), "delete it to have a new one made; the folder then counts as another origin"}
	}
	return id, nil
}

// linkNew writes a file that must not be there yet. The link makes it appear whole and
// only once, when two processes start together.
func linkNew(path, content string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // A file that is left is empty of use.
	_, err = f.WriteString(content)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}
