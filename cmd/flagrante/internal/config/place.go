package config

import (
	"errors"
	"net/url"
	"path/filepath"

	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/hinted"
)

// Place is where failures are kept: a file in the data folder, or the database that
// the settings name.
func (c Config) Place(dir string) (string, error) {
	if c.Store == "" {
		return filepath.Join(dir, datadir.DatabaseFile), nil
	}
	const hint = "write store: postgres://user@host:5432/database?sslmode=verify-full&sslrootcert=/path/ca.pem, and give the password by PGPASSWORD or by the file that PGPASSFILE names; without store, failures are kept in the data folder"
	address, err := url.Parse(c.Store)
	if err != nil || address.Host == "" && address.Query().Get("host") == "" || address.Scheme != "postgres" && address.Scheme != "postgresql" {
		return "", hinted.New(errors.New("store: that is no address of a PostgreSQL database"), hint)
	}
	if _, given := address.User.Password(); given || address.Query().Has("password") {
		return "", hinted.New(errors.New("store: the address holds a password, and a configuration is no place for one"), hint)
	}
	return c.Store, nil
}

// WithoutPassword is an address as it may be shown.
func WithoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(that is no address)"
	}
	if values := u.Query(); values.Has("password") {
		values.Set("password", "xxxxx")
		u.RawQuery = values.Encode()
	}
	return u.Redacted()
}
