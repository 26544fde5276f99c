package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"flagrante/capture"
	"flagrante/capture/record"
	"flagrante/cmd/flagrante/internal/doctor"
)

// healthMemory is how long an error of the store is held against it when nothing
// was written since.
const healthMemory = time.Minute

// health knows whether what was caught could be stored.
type health struct {
	now    func() time.Time
	failed atomic.Pointer[storeError]
}

// storeError is the last batch that was lost.
type storeError struct {
	at  time.Time
	err error
}

// watched passes batches on to the store.
type watched struct {
	record.Appender
	health *health
}

func (h *health) watch(a record.Appender) record.Appender { return watched{a, h} }

// Append stores a batch.
func (w watched) Append(ctx context.Context, b capture.Batch) (int, error) {
	n, err := w.Appender.Append(ctx, b)
	if err != nil {
		w.health.failed.Store(&storeError{w.health.now(), err})
	} else {
		w.health.failed.Store(nil)
	}
	return n, err
}

// ready returns why failures would be lost, or drafts stay as they were, nil when all is
// well. Its text is for everybody.
func (a *App) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	return a.works(ctx)
}

// works does the checks of ready, for as long as ctx lasts.
func (a *App) works(ctx context.Context) error {
	for _, check := range []func(context.Context) error{a.stores, a.hasRoom, a.listens, a.concludes} {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// readyPatience is how long the answer may take: those who ask wait for some seconds.
const readyPatience = 3 * time.Second

func (a *App) stores(ctx context.Context) error {
	if err := inTime(ctx, a.keepsReady); err != nil {
		if t, ok := a.trouble(); ok {
			return fmt.Errorf("failures can't be stored (%s)", t.Cause)
		}
		return errors.New("the store can't be read and written")
	}
	if lost := a.health.failed.Load(); lost != nil && a.health.now().Sub(lost.at) < healthMemory {
		return errors.New("the store can't be written")
	}
	return nil
}

// inTime returns what f does, or when ctx ends: SQLite waits its own time for a file that
// another program holds, and f ends then.
func inTime(ctx context.Context, f func(context.Context) error) error {
	answer := make(chan error, 1)
	go func() { answer <- f(ctx) }()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hasRoom writes a file beside the database, for that is only written when calls fail.
func (a *App) hasRoom(context.Context) error {
	dir := filepath.Dir(filepath.Dir(a.CAPath))
	if f := doctor.Disk(dir); f.Status == doctor.Fail {
		return fmt.Errorf("the disk of the data folder is full: %s", f.Detail)
	}
	probe, err := os.CreateTemp(dir, ".ready-")
	if err != nil {
		return errors.New("the data folder can't be written")
	}
	_, err = probe.WriteString("ready\n")
	if err := errors.Join(err, probe.Close(), os.Remove(probe.Name())); err != nil {
		return errors.New("the data folder can't be written")
	}
	return nil
}

// listens calls the proxy, as an app would.
func (a *App) listens(ctx context.Context) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", reachable(a.ProxyAddr))
	if err != nil {
		return errors.New("the proxy takes no connections")
	}
	return conn.Close()
}

// reachable is how this machine gets to a listener, whose address may stand for all of
// its own. It is a number, for an image may know no names.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return addr.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

func (a *App) concludes(context.Context) error {
	if a.refresher != nil && a.refresher.stuck() {
		return errors.New("drafts are not brought up to date")
	}
	return nil
}
