package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"flagrante/capture"
	"flagrante/capture/contract"
	"flagrante/capture/judge"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/draft/desk/service"
	"flagrante/proxy"
)

// workings are what the setup page of the desk shows and tries.
func (a *App) workings(o Options) service.Workings {
	return service.Workings{
		Judge: a.judgeOne(o.Config),
		Mask: func(mediaType string, data []byte) ([]byte, []capture.Redaction) {
			return a.Compose.Redactor.Message("input", mediaType, data, false)
		},
		CheckPortal: a.Exporter.Check,
		Storage:     func(ctx context.Context) (service.Storage, error) { return a.storage(ctx, o) },
	}
}

// judgeOne returns what the rules and contracts of the configuration make of a call.
func (a *App) judgeOne(conf config.Config) func(x *proxy.Exchange) (capture.Verdict, []judge.Try) {
	return func(x *proxy.Exchange) (capture.Verdict, []judge.Try) {
		rules, err := a.rules()
		if err != nil {
			return capture.Verdict{}, nil
		}
		v, tries := rules.Thorough().Explain(x)
		if contracts, err := conf.ContractSet(); err == nil {
			v = contract.Judge(v, contracts.Check(x))
		}
		return v, tries
	}
}

// storage looks at what is kept.
func (a *App) storage(ctx context.Context, o Options) (s service.Storage, err error) {
	kept := o.Config.Retention
	s = service.Storage{Folder: o.Dir, Age: kept.Age, MostFailures: kept.Failures}
	limits, err := kept.Limits()
	if err != nil {
		return s, err
	}
	s.MostBytes = limits(o.World.Now()).Bytes
	if s.Database, err = a.databaseSize(ctx, o.Dir); err != nil {
		return s, err
	}
	if s.Attachments, err = sizeOf(filepath.Join(o.Dir, "attachments")); err != nil {
		return s, err
	}
	var oldest int64
	if err := a.ask(ctx, `SELECT count(*), coalesce(min(time), 0) FROM failures`, &s.Failures, &oldest); err != nil {
		return s, err
	}
	if oldest > 0 {
		s.Oldest = time.UnixMicro(oldest).UTC()
	}
	s.Drafts, err = a.Book.Count(ctx, nil)
	return s, err
}

// databaseSize is how many bytes the database takes.
func (a *App) databaseSize(ctx context.Context, dir string) (sum int64, err error) {
	if a.Store.Central() {
		return a.Store.Size(ctx)
	}
	for _, suffix := range []string{"", "-wal"} {
		size, err := sizeOf(filepath.Join(dir, datadir.DatabaseFile+suffix))
		if err != nil {
			return 0, err
		}
		sum += size
	}
	return sum, nil
}

// ask reads the one row of a query.
func (a *App) ask(ctx context.Context, query string, into ...any) error {
	found, err := a.Store.Query(ctx, query)
	if err != nil {
		return fmt.Errorf("look at the store: %w", err)
	}
	defer found.Close()
	if found.Next() {
		err = found.Scan(into...)
	}
	return errors.Join(err, found.Err())
}

// sizeOf adds up the bytes of a file, or of what is in a folder; what is not there has
// none.
func sizeOf(path string) (sum int64, err error) {
	err = filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	if errors.Is(err, os.ErrNotExist) {
		return sum, nil
	}
	return sum, err
}
