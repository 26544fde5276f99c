package desk

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
)

//go:embed assets
var assetFiles embed.FS

// asset is a file that pages load, and the digest that makes its URL change with
// its content.
type asset struct {
	data   []byte
	digest string
}

type assets map[string]asset

// readAssets reads the embedded files.
func readAssets() (assets, error) {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		return nil, fmt.Errorf("list the assets: %w", err)
	}
	all := assets{}
	for _, e := range entries {
		data, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read the asset %s: %w", e.Name(), err)
		}
		sum := sha256.Sum256(data)
		all[e.Name()] = asset{data: data, digest: hex.EncodeToString(sum[:8])}
	}
	return all, nil
}

// url is where a page finds an asset.
func (a assets) url(name string) string { return "/assets/" + name + "?v=" + a[name].digest }

// serve answers with what the pages are drawn with. The login needs it too, so it is
// open; it is the same in every copy of the product.
func (s assets) serve(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	a, ok := s[name]
	if !ok {
		return errNotFound
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", `"`+a.digest+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.data))
	return nil
}
