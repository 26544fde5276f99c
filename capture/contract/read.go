package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

const (
	// maxFile is the largest document, and maxFiles how many files one may be made
	// of.
	maxFile  = 16 << 20
	maxFiles = 256
)

// read returns a document with all references resolved, and Swagger 2.0 as
// OpenAPI 3.0.
func read(d Document) (*openapi3.T, error) {
	data, err := readFile(d.FS, d.File)
	if err != nil {
		return nil, err
	}
	var head struct {
		OpenAPI string `yaml:"openapi"`
		Swagger string `yaml:"swagger"`
	}
	if err := yaml.Unmarshal(data, &head); err != nil {
		return nil, err
	}
	location := &url.URL{Path: d.File}
	switch loader := newLoader(d.FS); {
	case strings.HasPrefix(head.OpenAPI, "3."):
		doc, err := loader.LoadFromDataWithPath(data, location)
		return doc, placed(data, err)
	case strings.HasPrefix(head.Swagger, "2."):
		doc, err := convert(data, loader, location)
		return doc, placed(data, err)
	}
	return nil, ErrVersion
}

func newLoader(folder fs.FS) *openapi3.Loader {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	files := 0
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, u *url.URL) ([]byte, error) {
		if files++; files > maxFiles {
			return nil, fmt.Errorf("the document is made of more than %d files", maxFiles)
		}
		if u.Scheme != "" || u.Host != "" || !fs.ValidPath(u.Path) {
			return nil, fmt.Errorf("%w: %s", ErrOutside, u.Redacted())
		}
		return readFile(folder, u.Path)
	}
	return loader
}

func readFile(folder fs.FS, name string) ([]byte, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is larger than %d MiB", name, maxFile>>20)
	}
	return data, err
}

// convert turns Swagger 2.0 into OpenAPI 3.0. The library that does it reads JSON
// only.
func convert(data []byte, loader *openapi3.Loader, location *url.URL) (*openapi3.T, error) {
	var tree any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	plain, err := json.Marshal(stringKeys(tree))
	if err != nil {
		return nil, err
	}
	var old openapi2.T
	if err := json.Unmarshal(plain, &old); err != nil {
		return nil, err
	}
	return openapi2conv.ToV3WithLoader(&old, loader, location)
}

// stringKeys makes the keys of all maps strings, as they are in JSON: YAML takes
// the status 200 for a number.
func stringKeys(tree any) any {
	switch tree := tree.(type) {
	case map[any]any:
		out := make(map[string]any, len(tree))
		for key, value := range tree {
			out[fmt.Sprint(key)] = stringKeys(value)
		}
		return out
	case map[string]any:
		for key, value := range tree {
			tree[key] = stringKeys(value)
		}
	case []any:
		for i, value := range tree {
			tree[i] = stringKeys(value)
		}
	}
	return tree
}

// placed adds the line of a reference that could not be followed: the library
// names the reference and no line.
func placed(data []byte, err error) error {
	if err == nil || errors.Is(err, ErrOutside) && !strings.Contains(err.Error(), `"`) {
		return err
	}
	text := err.Error()
	for quoted := range strings.SplitSeq(text, `"`) {
		if !strings.Contains(quoted, "/") {
			continue
		}
		if at := bytes.Index(data, []byte(quoted)); at >= 0 {
			return fmt.Errorf("line %d: %w", 1+bytes.Count(data[:at], []byte("\n")), err)
		}
	}
	return err
}
