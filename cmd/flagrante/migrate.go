package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"flagrante/capture/store"
	"flagrante/capture/store/move"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/progress"
	"flagrante/cmd/flagrante/internal/serving"
	"flagrante/cmd/flagrante/internal/world"
)

// migrateCmd moves to the database of a team.
type migrateCmd struct {
	From      string `help:"Move from here: sqlite, the file in the data folder." enum:",sqlite" default:"" placeholder:"sqlite"`
	To        string `help:"Move to there: postgres, the database that store names." enum:",postgres" default:"" placeholder:"postgres"`
	JSON      bool   `name:"json" help:"Print what was moved as JSON."`
	Grants    bool   `help:"Print the rights that desk and proxies need, as SQL for psql, and do nothing."`
	ProxyRole string `help:"User of the proxies, for --grants." default:"flagrante_proxy" placeholder:"NAME"`
	DeskRole  string `help:"User of the desk, for --grants." default:"flagrante_desk" placeholder:"NAME"`
	Schema    string `help:"Schema of the tables, for --grants." default:"public" placeholder:"NAME"`
}

// Help shows how it is used.
func (*migrateCmd) Help() string {
	return `Everything that the file in the data folder holds goes into the database that store: in
the configuration names, whose owner runs this, while nobody serves. When it is interrupted, it
goes on where it was. At the end both sides are compared, failure by failure; the file stays.

Examples:
  flagrante migrate --from sqlite --to postgres
  flagrante migrate --grants | psql -v ON_ERROR_STOP=1 "$FLAGRANTE_STORE"`
}

// migrated is what it prints.
type migrated struct {
	move.Moved
	Compared move.Compared `json:"compared"`
}

// Run prints the rights, or moves.
func (m *migrateCmd) Run(ctx context.Context, c *cli, w world.World) error {
	switch {
	case m.Grants:
		statements, err := store.Grants(store.Roles{Proxy: m.ProxyRole, Desk: m.DeskRole, Schema: m.Schema})
		if err == nil {
			_, err = fmt.Fprint(w.Out, statements)
		}
		return err
	case m.From == "" || m.To == "":
		return hinted.New(&misused{errors.New("it is not said from where to where")}, "`flagrante migrate --from sqlite --to postgres`, or `flagrante migrate --grants`")
	}
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	if conf.Store == "" {
		return hinted.New(errors.New("there is no database to move to"), "name it: store: postgres://… in the configuration, or FLAGRANTE_STORE")
	}
	return m.move(ctx, c.dataDir(w), conf, w)
}

func (m *migrateCmd) move(ctx context.Context, dir string, conf config.Config, w world.World) (err error) {
	if !exists(filepath.Join(dir, datadir.DatabaseFile)) {
		return hinted.New(fmt.Errorf("there is no %s in %s", datadir.DatabaseFile, dir), "name the data folder with --data")
	}
	claim, err := serving.Lock(dir)
	if err != nil {
		return hinted.New(err, "stop it first: what it catches meanwhile would be missing")
	}
	defer func() { err = errors.Join(err, claim.Close()) }()
	from, err := archive.OpenStore(ctx, dir, config.Config{}, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	a, err := archive.Open(ctx, dir, conf, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	done, err := m.carry(ctx, from, a, dir, conf, w)
	if err != nil {
		return err
	}
	if err := m.print(w, done); err != nil {
		return err
	}
	if !done.Compared.Same() {
		return hinted.New(errors.New("the database does not hold all that the file does"), "run it again; if this stays and nobody has worked there since, keep the file and report it")
	}
	return nil
}

// carry moves, and compares.
func (m *migrateCmd) carry(ctx context.Context, from *store.Store, a *archive.Archive, dir string, conf config.Config, w world.World) (done migrated, err error) {
	origin, err := conf.OriginOf(dir, w)
	if err != nil {
		return done, err
	}
	bar := progressOf(w, "migrate", progress.Items, 0)
	done.Moved, err = move.Run(ctx, from, a.Store, origin, func(n, total int64) {
		bar.SetTotal(total)
		bar.Set(n)
	})
	bar.Close()
	if errors.Is(err, move.ErrInUse) {
		return done, hinted.New(err, "move into a database in which nobody has worked yet, and let the team in afterwards")
	}
	if err != nil {
		return done, err
	}
	bar = progressOf(w, "compare", progress.Items, done.Failures)
	done.Compared, err = move.Compare(ctx, from, a.Store, bar.Set)
	bar.Close()
	if err != nil {
		return done, err
	}
	return done, a.Book.RollUp(ctx, time.Time{})
}

func (m *migrateCmd) print(w world.World, done migrated) error {
	if m.JSON {
		return printJSON(w.Out, done)
	}
	_, err := fmt.Fprintf(w.Out, "%s, %d minutes of traffic and %d other rows are there\nfailures: %d with digest %016x, there %d with %016x\nother rows: %d with digest %016x, there %d with %016x\ncalls: %d, there %d\n",
		counted(done.Failures, "failure"), done.Minutes, max(0, done.Rows-1), done.Compared.Failures.Count, done.Compared.Failures.Digest,
		done.Compared.FailuresThere.Count, done.Compared.FailuresThere.Digest,
		done.Compared.Rows.Count, done.Compared.Rows.Digest, done.Compared.RowsThere.Count, done.Compared.RowsThere.Digest, done.Compared.Calls, done.Compared.CallsThere)
	return err
}
