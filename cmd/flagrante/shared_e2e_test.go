//go:build e2e

package main_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// placeKey is where a script keeps the address of its database, with the password.
type placeKey struct{}

// TestScriptsOnASharedDatabase tells stories that have one store each once more, with
// that in a real PostgreSQL, over TLS, and the password in the environment. What a kill
// leaves behind is told by the tests of a team: it waits in the journal.
func TestScriptsOnASharedDatabase(t *testing.T) {
	server := storetest.Running(t)
	var files []string
	for _, name := range []string{"change", "country", "desk", "filter", "kinds", "regroup"} {
		files = append(files, filepath.Join(root, "testdata", "script", name+".txtar"))
	}
	files = append(files, filepath.Join(root, "testdata", "script-shared", "shared.txtar"))
	all := commands()
	all["caught"] = arrivedCmd
	testscript.Run(t, testscript.Params{Files: files, Cmds: all, RequireUniqueNames: true, Setup: func(env *testscript.Env) error {
		place := storetest.Place(t, server.Address)
		address, err := url.Parse(place)
		if err != nil {
			return err
		}
		password, _ := address.User.Password()
		address.User = url.User(address.User.Username())
		env.Values[placeKey{}] = place
		env.Setenv("FLAGRANTE_STORE", address.String())
		env.Setenv("PGPASSWORD", password)
		return setUp(env)
	}})
}

// arrivedCmd is caughtCmd, and waits until what was caught has come out of the journal.
func arrivedCmd(ts *testscript.TestScript, neg bool, args []string) {
	caughtCmd(ts, neg, args)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	place, ok := ts.Value(placeKey{}).(string)
	if !ok {
		ts.Fatalf("the script has no database")
	}
	s, err := store.Open(ctx, place)
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	for _, p := range on(ts).served {
		ids, err := p.diary.wait(ctx, 0)
		ts.Check(err)
		ts.Check(arrived(ctx, s, ids))
	}
}

// arrived returns when a store has failures.
func arrived(ctx context.Context, s *store.Store, ids []map[string]string) (err error) {
	listening, stop := context.WithCancel(ctx)
	defer stop()
	missing := ids
	end := s.Listen(listening, func() {
		for err == nil && len(missing) > 0 {
			_, err = s.Failure(ctx, missing[0]["id"])
			if errors.Is(err, store.ErrNotFound) {
				err = nil
				return
			}
			missing = missing[1:]
		}
		stop()
	})
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("failure %s has not arrived: %w", missing[0]["id"], end)
	}
	return err
}
