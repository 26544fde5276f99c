package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"flagrante/capture/contract"
	"flagrante/cmd/flagrante/internal/hinted"
)

// contractConfig names the OpenAPI document of a vendor.
type contractConfig struct {
	Name  string   `yaml:"name"`
	File  string   `yaml:"file"`
	Hosts []string `yaml:"hosts"`
	Check string   `yaml:"check"`
}

// ContractSet reads the documents of the configuration.
func (c Config) ContractSet() (*contract.Set, error) {
	var documents []contract.Document
	for _, d := range c.Contracts {
		if d.File == "" {
			return nil, hinted.New(errors.New("a contract has no file"), "name the vendor's OpenAPI document with file:")
		}
		folder, err := os.OpenRoot(filepath.Dir(d.File))
		if err != nil {
			return nil, contractError(fmt.Errorf("read the contract %s: %w", d.File, err))
		}
		defer folder.Close() //nolint:gocritic // The documents are read together, below.
		if d.Name == "" {
			d.Name = strings.TrimSuffix(filepath.Base(d.File), filepath.Ext(d.File))
		}
		documents = append(documents, contract.Document{
			Name: d.Name, FS: folder.FS(), File: filepath.Base(d.File), Hosts: d.Hosts, Check: contract.Mode(d.Check),
		})
	}
	set, err := contract.Load(documents)
	return set, contractError(err)
}

func contractError(err error) error {
	hint := "correct the document, or take it out of contracts in the configuration"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, contract.ErrOutside):
		hint = "put all files of the document into one folder; nothing is fetched over the network"
	case errors.Is(err, contract.ErrNoHost):
		hint = "say with hosts: in the configuration which hosts the document is for"
	case errors.Is(err, contract.ErrVersion):
		hint = "give the OpenAPI document of the vendor itself, in YAML or JSON"
	case errors.Is(err, fs.ErrNotExist):
		hint = "correct the path of the file under contracts in the configuration"
	}
	return hinted.New(err, hint)
}
