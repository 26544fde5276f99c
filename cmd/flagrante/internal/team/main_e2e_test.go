//go:build e2e

package team_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"flagrante/capture/store/storetest"
)

// things are what the tests share.
type things struct {
	program string
	server  *storetest.Server
}

// shared is set by TestMain, as the program and the server take a while to make.
var shared things

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == massCommand {
		os.Exit(beMass(os.Args[2:]))
	}
	os.Exit(withThings(m))
}

func withThings(m *testing.M) (code int) {
	dir, err := os.MkdirTemp("", "flagrante-team-")
	if err != nil {
		return refuse(err)
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			code = refuse(err)
		}
	}()
	// The server runs as another user.
	if err := os.Chmod(dir, 0o755); err != nil {
		return refuse(err)
	}
	shared.program = filepath.Join(dir, "flagrante")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", shared.program, "flagrante/cmd/flagrante").CombinedOutput(); err != nil {
		return refuse(fmt.Errorf("build flagrante: %w: %s", err, out))
	}
	if shared.server, err = storetest.Start(context.Background(), filepath.Join(dir, "postgres")); err != nil {
		return refuse(err)
	}
	defer func() {
		if err := shared.server.Run(context.Background(), "down"); err != nil {
			code = refuse(err)
		}
	}()
	return m.Run()
}

func refuse(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}
