package main

import (
	"context"
	"fmt"
	"path/filepath"

	"flagrante/capture/store"
	"flagrante/capture/store/journal"
	"flagrante/cmd/flagrante/internal/app"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/doctor"
	"flagrante/cmd/flagrante/internal/hinted"
)

// journal says what waits on this machine for the database of the team.
func (e *examination) journal(ctx context.Context) {
	path := filepath.Join(e.dir, datadir.JournalFile)
	if !exists(path) {
		return
	}
	j, err := journal.Open(ctx, journal.Options{Path: path})
	if err != nil {
		e.check("journal", path, "", hinted.New(err, "stop flagrante and move the file away; what is in it is not sent then"))
		return
	}
	held := j.Held()
	f := doctor.Finding{Check: "journal", Subject: path, Status: doctor.OK, Detail: fmt.Sprintf("%s waiting, %d KiB", counted(held.Failures, "failure"), held.Bytes>>10)}
	if limit, err := e.conf.Journal.Limit(); err == nil && held.Bytes > limit/2 {
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
		e.check("store", config.WithoutPassword(e.conf.Store), "", hinted.New(err, store.Hint(err)))
		return
	}
	defer s.Close()
	if err = s.Reach(ctx); err != nil {
		err = hinted.New(err, store.Hint(err))
	}
	e.check("store", s.Name(), "lets this proxy in", err)
	if own, err := e.conf.OriginOf(e.dir, e.World); err == nil {
		e.add(doctor.Finding{Check: "masks", Subject: own.Masks, Status: doctor.OK, Detail: "the key of masks; `flagrante doctor` at the desk has to name the same one"})
	}
}

// masks says whose masks are made with another key than those here.
func (e *examination) masks(ctx context.Context, s *store.Store) {
	own, err := e.conf.OriginOf(e.dir, e.World)
	if err != nil {
		e.check("masks", e.dir, "", err)
		return
	}
	others, all, err := app.OtherKeys(ctx, s, own.Masks, e.Now())
	if err != nil {
		e.check("masks", s.Name(), "", err)
		return
	}
	for _, o := range others {
		e.add(doctor.Finding{Check: "masks", Subject: app.Describe(o), Status: doctor.Warn, Detail: fmt.Sprintf("masks with the key %s, and this desk with %s: the same value has another mask there", o.Masks, own.Masks), Remedy: app.CopyKey})
	}
	if len(others) == 0 {
		e.add(doctor.Finding{Check: "masks", Subject: own.Masks, Status: doctor.OK, Detail: fmt.Sprintf("the key of masks of all that sent something lately: %d", all)})
	}
}
