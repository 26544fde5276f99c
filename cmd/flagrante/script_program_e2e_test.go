//go:build e2e

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// runWithProgram builds the program as users do, and puts it where scripts find it.
func runWithProgram(m *testing.M) { os.Exit(withProgram(m)) }

func withProgram(m *testing.M) (code int) {
	dir, err := os.MkdirTemp("", "flagrante-bin-")
	if err != nil {
		return refuse(err)
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			code = refuse(err)
		}
	}()
	args := []string{"build", "-buildvcs=false", "-ldflags", "-X main.version=" + builtVersion, "-o", filepath.Join(dir, "flagrante"+exe())}
	if raceEnabled {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
		return refuse(fmt.Errorf("build flagrante: %w: %s", err, out))
	}
	if err := os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		return refuse(err)
	}
	return m.Run()
}

func refuse(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func exe() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
