package config

import (
	"fmt"
	"os"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/draft/desk/users"
)

// DeskUsers reads the users file of the configuration, nil where it names none.
func (c Config) DeskUsers() (*users.Users, error) {
	path := c.Desk.Users
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, hinted.New(fmt.Errorf("desk.users: %w", err), "`flagrante users line NAME` makes its lines")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("desk.users: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, hinted.New(fmt.Errorf("desk.users: %s is open to everybody on this machine (mode %04o)", path, info.Mode().Perm()), "chmod 600 it")
	}
	all, err := users.Parse(f)
	if err != nil {
		return nil, hinted.New(fmt.Errorf("desk.users: %s: %w", path, err), "`flagrante users line NAME --role reviewer` makes a line")
	}
	return all, nil
}
