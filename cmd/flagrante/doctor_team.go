package main

import (
	"context"
	"fmt"
	"path/filepath"

	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/doctor"
)

// journal says what waits on this machine for the database of the team.
func (e *examination) journal(ctx context.Context) {
	path := filepath.Join(e.dir, journalFile)
	if !exists(path) {
		return
	}
	j, err := store.OpenJournal(ctx, store.JournalOptions{Path: path})
	if err != nil {
		e.check("journal", path, "", &hinted{err, "stop flagrante and move the file away; what is in it is not sent then"})
		return
	}
	held := j.Held()
	f := doctor.Finding{Check: "journal", Subject: path, Status: doctor.OK, Detail: fmt.Sprintf("%s wait, %d KiB", counted(held.Failures, "failure"), held.Bytes>>10)}
	if limit, err := e.conf.Journal.limit(); err == nil && held.Bytes > limit/2 {
		f.Status, f.Remedy = doctor.Warn, "see whether the database of the team can be reached; when the journal is full, failures are lost"
	}
	e.add(f)
	if err := j.Close(); err != nil {
		e.check("journal", path, "", err)
	}
}

// delivers looks whether a proxy of a team can reach the database.
func (e *examination) delivers(ctx context.Context) {
	s, err := store.OpenSender(e.conf.Store)
	if err != nil {
		e.check("store", withoutPassword(e.conf.Store), "", &hinted{err, store.Hint(err)})
		return
	}
	defer s.Close()
	if err = s.Reach(ctx); err != nil {
		err = &hinted{err, store.Hint(err)}
	}
	e.check("store", s.Name(), "lets this proxy in", err)
}
