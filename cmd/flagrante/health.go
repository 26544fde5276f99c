package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
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

// ready returns why failures would be lost, nil when they would not be. Its text is
// for everybody.
func (a *app) ready(ctx context.Context) error {
	if err := a.store.Ready(ctx); err != nil {
		return errors.New("the store can't be read")
	}
	if lost := a.health.failed.Load(); lost != nil && a.health.now().Sub(lost.at) < healthMemory {
		return errors.New("the store can't be written")
	}
	if f := doctor.Disk(filepath.Dir(filepath.Dir(a.caPath))); f.Status == doctor.Fail {
		return fmt.Errorf("the disk of the data folder is full: %s", f.Detail)
	}
	return nil
}
