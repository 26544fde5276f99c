package datadir

import (
	"errors"
	"os"
	"path/filepath"
)

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
