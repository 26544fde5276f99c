//go:build e2e

package store_test

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"flagrante/capture/delivery"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// onSmallDisk makes a database on a disk of its own, and returns its address, and a file on that
// disk that takes all the room there is.
func onSmallDisk(t *testing.T, server string) (address, filler string) {
	t.Helper()
	// The server, which runs as a user of its own, has to reach it.
	disk, err := os.MkdirTemp("", "flagrante-disk-") //nolint:usetesting // As said above.
	check(t, err)
	run := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s %q: %v: %s", name, args, err, out)
		}
	}
	run("mount", "-t", "tmpfs", "-o", "size=32m,mode=755", "none", disk)
	owner := storetest.Open(t, server)
	t.Cleanup(func() {
		run("umount", "--lazy", disk)
		check(t, os.RemoveAll(disk))
	})
	space := filepath.Join(disk, "space")
	run("install", "-d", "-o", "postgres", "-g", "postgres", "-m", "700", space)
	for _, statement := range []string{`CREATE TABLESPACE small LOCATION '` + space + `'`, `CREATE DATABASE small TABLESPACE small`} {
		check(t, store.OnWriter(t.Context(), owner, statement))
	}
	u, err := url.Parse(server)
	check(t, err)
	u.Path = "/small"
	return u.String(), filepath.Join(disk, "filler")
}

// TestTheDiskOfTheDatabaseIsFull has the database's disk fill while a proxy sends and a desk stores: the
// journal keeps what is caught, both say what to do, and go on when there is room.
func TestTheDiskOfTheDatabaseIsFull(t *testing.T) {
	if os.Getenv(storetest.Variable) == "" {
		return // In the second run alone: this server is its own.
	}
	address, filler := onSmallDisk(t, storetest.Running(t).Address)
	s, err := store.Open(t.Context(), address)
	check(t, err)
	defer func() { check(t, s.Close()) }()
	sender, err := store.OpenSender(address)
	check(t, err)
	defer func() { check(t, sender.Close()) }()
	all := caught("a", 60)
	for _, b := range all {
		// More than is free in the pages that are there.
		b.Failures[0].Exchange.Response.Body.Data = noise(64 << 10)
	}
	journal := journalOf(t, "one")
	for _, b := range all[:20] {
		_, err := journal.Append(t.Context(), b)
		check(t, err)
	}
	early := delivery.Ship(journal, sender, zerolog.Nop())
	check(t, early.Drain(t.Context()))
	early.Close()
	takeAll(t, s)

	// The desk is full in the middle of what it stores, the proxy before it could send.
	check(t, s.Deliver(t.Context(), packed(t, "other", caught("b", 3))))
	fillUp(t, filler)
	for _, b := range all[20:] {
		_, err := journal.Append(t.Context(), b)
		check(t, err)
	}
	var said lines
	log := zerolog.New(&said)
	shipper := delivery.Ship(journal, sender, log)
	defer shipper.Close()
	worker := delivery.Work(s, asTheyAre, func(delivery.Taken) {}, log)
	defer worker.Close()
	waiting(t, func() bool { return shipper.Away() != nil })
	if err := shipper.Away(); !store.Hindered(err) || !strings.Contains(err.Error(), "make room") {
		t.Errorf("the proxy says: %v", err)
	}
	if held := journal.Held(); held.Failures == 0 {
		t.Errorf("the journal holds %+v", held)
	}
	check(t, os.Remove(filler))
	waiting(t, func() bool {
		found, _, err := s.Failures(t.Context(), store.Page{Limit: 1000})
		return err == nil && len(found) == 63 && journal.Held().Deliveries == 0
	})
	same(t, direct(t, all, caught("b", 3)), s)
	if text := said.String(); !strings.Contains(text, "takes deliveries again") {
		t.Errorf("it is not said that it goes on:\n%s", text)
	}
}

// fillUp writes a file until its disk is full.
func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	check(t, err)
	defer f.Close()
	for size := 1 << 20; size > 0; size /= 2 {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
}

// lines holds what is logged.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
