//go:build e2e

package main_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestDisks runs the stories of disks that are full, of files that are locked or corrupt,
// and of memory.
func TestDisks(t *testing.T) {
	all := commands()
	maps.Copy(all, map[string]command{
		"disk": diskCmd, "stuff": stuffCmd, "lock": lockCmd, "unlock": unlockCmd, "spoil": spoilCmd, "said": saidCmd, "shows": showsCmd, "grown": grownCmd,
	})
	testscript.Run(t, testscript.Params{Dir: "../../testdata/script-e2e/disk", Cmds: all, RequireUniqueNames: true, Setup: setUp})
}

// diskCmd gives a folder a file system of its own that holds so many bytes (tmpfs(5)),
// and makes that one for reading only, or for writing again:
//
//	disk DIR SIZE
//	disk DIR ro|rw
func diskCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	dir, how := ts.MkAbs(args[0]), args[1]
	switch how {
	case "ro":
		ts.Check(syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	case "rw":
		ts.Check(syscall.Mount("", dir, "", syscall.MS_REMOUNT, ""))
	default:
		ts.Check(os.MkdirAll(dir, 0o700))
		ts.Check(syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0700,size="+how))
		s := on(ts)
		s.closers = append(s.closers, func() {
			if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
				fmt.Fprintln(os.Stderr, "unmount the small disk:", err)
			}
		})
	}
}

// stuffCmd writes into a file until the disk is full.
func stuffCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	// The last pages go one byte after the other.
	for _, size := range []int{1 << 16, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		ts.Fatalf("the disk is not full, but: %v", err)
	}
}

// lockCmd holds a database as another program does that writes, until unlock.
func lockCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	db, err := sql.Open("sqlite3", "file:"+ts.MkAbs(args[0])+"?_txlock=exclusive")
	ts.Check(err)
	tx, err := db.Begin()
	ts.Check(err)
	s := on(ts)
	s.unlock = func() error { return errors.Join(tx.Rollback(), db.Close()) }
	s.closers = append(s.closers, func() { _ = s.unlock() })
}

func unlockCmd(ts *testscript.TestScript, neg bool, _ []string) {
	never(ts, neg)
	ts.Check(on(ts).unlock())
}

// spoilCmd empties the log of a database, and overwrites all but its first page.
func spoilCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	path := ts.MkAbs(args[0])
	db, err := sql.Open("sqlite3", path)
	ts.Check(err)
	_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	ts.Check(errors.Join(err, db.Close()))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	ts.Check(err)
	defer f.Close()
	info, err := f.Stat()
	ts.Check(err)
	_, err = f.WriteAt(bytes.Repeat([]byte("rubbish "), int(info.Size()-4096)/8), 4096)
	ts.Check(err)
}

// saidCmd waits for a line of the log that holds a text, or for so many:
//
//	said [-n COUNT] TEXT
func saidCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	f := flag.NewFlagSet("said", flag.ContinueOnError)
	count := f.Int("n", 1, "")
	text := parseFlags(ts, f, args, 1)[0]
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ts.Check(on(ts).served["serve"].diary.waitMark(ctx, text, *count))
}

// showsCmd reads a page of the desk, or of its API, with the token:
//
//	shows PATH
func showsCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	request, err := http.NewRequest(http.MethodGet, ts.Getenv("DESK")+args[0], nil)
	ts.Check(err)
	request.Header.Set("Authorization", "Bearer "+ts.Getenv("TOKEN"))
	answer, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer answer.Body.Close()
	_, err = io.Copy(ts.Stdout(), answer.Body)
	ts.Check(err)
}
