package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
)

// originFile holds what tells this data folder from all others.
const originFile = "origin-id"

// FolderID returns the ID of a data folder, which is made once.
func FolderID(dir string, w world.World) (string, error) {
	path := filepath.Join(dir, originFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := linkNew(path, world.NewID(w.Now())+"\n"); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("make the ID of the data folder: %w", err)
		}
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return "", fmt.Errorf("read the ID of the data folder: %w", err)
	}
	id := strings.TrimSpace(string(data))
	if id == "" {
		return "", hinted.New(fmt.Errorf("the file %s is empty", path), "delete it to have a new one made; the folder then counts as another origin")
	}
	return id, nil
}
