// Package assets is what pages are drawn with: styles, scripts and the mark.
package assets

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"
	"time"

	"flagrante/draft/desk/door"
)

//go:embed *.css *.js *.svg
var files embed.FS

// asset is a file that pages load, and the digest that makes its URL change with
// its content.
type asset struct {
	data   []byte
	digest string
}

// Set is all of them, by their names.
type Set map[string]asset

// Read reads the embedded files.
func Read() (Set, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("list the assets: %w", err)
	}
	all := Set{}
	for _, e := range entries {
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("read the asset %s: %w", e.Name(), err)
		}
		sum := sha256.Sum256(data)
		all[e.Name()] = asset{data: data, digest: hex.EncodeToString(sum[:8])}
	}
	return all, nil
}

// URL is where a page finds an asset.
func (a Set) URL(name string) string { return "/assets/" + name + "?v=" + a[name].digest }

// Serve answers with what the pages are drawn with. The login needs it too, so it is
// open; it is the same in every copy of the product.
func (a Set) Serve(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	file, ok := a[name]
	if !ok {
		return door.ErrNotFound
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", `"`+file.digest+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.data))
	return nil
}
