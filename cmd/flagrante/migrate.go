package main

import (
	"context"
	"errors"
	"fmt"

	"flagrante/capture/store"
)

// migrateCmd sets the database of a team up.
type migrateCmd struct {
	Grants    bool   `help:"Print the rights that desk and proxies need, as SQL for psql, and do nothing."`
	ProxyRole string `help:"User of the proxies, for --grants." default:"flagrante_proxy" placeholder:"NAME"`
	DeskRole  string `help:"User of the desk, for --grants." default:"flagrante_desk" placeholder:"NAME"`
	Schema    string `help:"Schema of the tables, for --grants." default:"public" placeholder:"NAME"`
}

// Run prints the rights.
func (m *migrateCmd) Run(_ context.Context, w world) error {
	if !m.Grants {
		return &misused{&hinted{errors.New("there is nothing to do"), "`flagrante migrate --grants` prints the rights that desk and proxies need"}}
	}
	statements, err := store.Grants(store.Roles{Proxy: m.ProxyRole, Desk: m.DeskRole, Schema: m.Schema})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w.out, statements)
	return err
}
