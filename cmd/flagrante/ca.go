package main

import (
	"fmt"
	"os"
	"path/filepath"

	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/proxy/authority"
)

// caCmd is about the certificate authority.
type caCmd struct {
	Path      caPathCmd      `cmd:"" help:"Print the file of the certificate that apps must trust, and make it if there is none."`
	Status    caStatusCmd    `cmd:"" help:"Say which stores of this machine trust it."`
	Install   caInstallCmd   `cmd:"" help:"Put it into the stores of this machine: the system's, those of browsers, Java's."`
	Uninstall caUninstallCmd `cmd:"" help:"Take it out of them."`
	Rotate    caRotateCmd    `cmd:"" help:"Make a new authority, and keep the old one aside."`
}

// caPathCmd prints where the certificate is.
type caPathCmd struct{}

// Run makes the authority when there is none yet, so that the printed file is
// there.
func (*caPathCmd) Run(c *cli, w world.World) error {
	data := c.dataDir(w)
	if _, err := openAuthority(data, w); err != nil {
		return err
	}
	path, err := filepath.Abs(filepath.Join(data, "ca", authority.CertFile))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.Out, path)
	return err
}

// openAuthority opens the authority in a data folder, and makes both where there
// are none.
func openAuthority(data string, w world.World) (*authority.Authority, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, datadir.Unusable(data, fmt.Errorf("make the data folder: %w", err))
	}
	ca, err := authority.Open(filepath.Join(data, "ca"), w.Now)
	return ca, datadir.Unusable(data, err)
}
