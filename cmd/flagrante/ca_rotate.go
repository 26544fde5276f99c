package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/serving"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/proxy/authority"
)

// caRotateCmd makes a new authority.
type caRotateCmd struct{}

// Help says what is left to do.
func (caRotateCmd) Help() string {
	return `The old authority is kept in a folder beside the new one, named by the time. Stores that
trust the old one go on doing so: ` + "`flagrante ca uninstall --file OLD/ca.pem`" + ` takes it out.
Environments of ` + "`flagrante env`" + ` have to be made anew.`
}

// Run puts the old one aside and makes a new one, or leaves all as it was.
func (caRotateCmd) Run(c *cli, w world.World) error {
	data := c.dataDir(w)
	dir := filepath.Join(data, "ca")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return hinted.New(errors.New("there is no authority yet"), "`flagrante ca path` makes one")
	}
	old := filepath.Join(data, "ca-old-"+w.Now().UTC().Format("20060102-150405"))
	if _, err := os.Stat(old); err == nil {
		return hinted.New(fmt.Errorf("%s is there already", old), "wait for a second")
	}
	if err := os.Rename(dir, old); err != nil {
		return fmt.Errorf("put the old authority aside: %w", err)
	}
	if _, err := openAuthority(data, w); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	fmt.Fprintf(w.Out, "new  %s\nold  %s\n", filepath.Join(dir, authority.CertFile), filepath.Join(old, authority.CertFile))
	if running, err := serving.Find(data); err == nil {
		fmt.Fprintf(w.Err, "flagrante: hint: the running flagrante uses the old one until it is reloaded: kill -HUP %d\n", running.PID)
	}
	fmt.Fprintf(w.Err, "flagrante: hint: `flagrante ca uninstall --file '%s'` takes the old one out of the stores, `flagrante ca install` puts the new one in\n", filepath.Join(old, authority.CertFile))
	return nil
}
