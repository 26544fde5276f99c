package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/trust"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/proxy/authority"
)

// storeFlags say which certificate and which stores are meant.
type storeFlags struct {
	Store []string `help:"Only these kinds: system, nss (Chromium, Firefox), java." enum:"system,nss,java" default:"system,nss,java" placeholder:"KIND"`
	File  string   `help:"Certificate to look for, instead of that of the data folder (PEM)." placeholder:"FILE"`
}

// stores returns those that are meant.
func (f storeFlags) stores(c *cli, w world.World) ([]trust.Store, error) {
	certificate, err := f.certificate(c, w)
	if err != nil {
		return nil, err
	}
	all := trust.Stores(machine(w), certificate)
	return slices.DeleteFunc(all, func(s trust.Store) bool { return !slices.Contains(f.Store, s.Kind()) }), nil
}

func (f storeFlags) certificate(c *cli, w world.World) (trust.Certificate, error) {
	if f.File != "" {
		return readCertificate(f.File)
	}
	ca, err := openAuthority(c.dataDir(w), w)
	if err != nil {
		return trust.Certificate{}, err
	}
	file, err := filepath.Abs(filepath.Join(c.dataDir(w), "ca", authority.CertFile))
	return trust.Certificate{Cert: ca.Root(), File: file}, err
}

func readCertificate(path string) (trust.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return trust.Certificate{}, fmt.Errorf("read the certificate: %w", err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return trust.Certificate{}, hinted.New(fmt.Errorf("read the certificate %s: it is no PEM file", path), "name one that begins with BEGIN CERTIFICATE")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return trust.Certificate{}, fmt.Errorf("read the certificate %s: %w", path, err)
	}
	path, err = filepath.Abs(path)
	return trust.Certificate{Cert: cert, File: path}, err
}

// caStatusCmd says where the certificate is trusted.
type caStatusCmd struct {
	storeFlags
	JSON bool `name:"json" help:"Print a JSON array."`
}

// storeState is a line of the status.
type storeState struct {
	Kind   string      `json:"kind"`
	Store  string      `json:"store"`
	State  trust.State `json:"state"`
	Reason string      `json:"reason,omitempty"`
}

// Run looks at each store.
func (s *caStatusCmd) Run(ctx context.Context, c *cli, w world.World) error {
	stores, err := s.stores(c, w)
	if err != nil {
		return err
	}
	states := make([]storeState, len(stores))
	for i, store := range stores {
		state, reason := store.State(ctx)
		states[i] = storeState{store.Kind(), store.Name(), state, reason}
	}
	if s.JSON {
		return printJSON(w.Out, states)
	}
	table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	for _, one := range states {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", one.Kind, one.State, one.Store, one.Reason)
	}
	return table.Flush()
}

// caInstallCmd puts the certificate into stores.
type caInstallCmd struct {
	storeFlags
	DryRun bool `help:"Say what would be done, and do nothing."`
}

// Help says what it means.
func (*caInstallCmd) Help() string {
	return `Whoever has the key in the data folder can then pose as any host to the programs of
this machine. For single commands, ` + "`flagrante run`" + ` needs none of it. What is there
already is left alone, and rights that are missing are never asked for.

Examples:
  flagrante ca install --dry-run
  flagrante ca install --store nss
  sudo flagrante ca install --store system --data ~/.local/share/flagrante`
}

// Run installs it.
func (i *caInstallCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return i.change(ctx, c, w, i.DryRun, "install", trust.Store.Install)
}

// caUninstallCmd takes the certificate out of stores.
type caUninstallCmd struct {
	storeFlags
	DryRun bool `help:"Say what would be done, and do nothing."`
}

// Run uninstalls it.
func (u *caUninstallCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return u.change(ctx, c, w, u.DryRun, "uninstall", trust.Store.Uninstall)
}

// change carries out what each store needs, and says it before.
func (f storeFlags) change(ctx context.Context, c *cli, w world.World, dry bool, verb string, steps func(trust.Store, context.Context) []trust.Step) error {
	stores, err := f.stores(c, w)
	if err != nil {
		return err
	}
	var errs []error
	for _, store := range stores {
		todo := steps(store, ctx)
		if len(todo) == 0 {
			state, reason := store.State(ctx)
			fmt.Fprintf(w.Out, "%s %s: nothing to do (%s)\n", store.Kind(), store.Name(), joinReason(string(state), reason))
			continue
		}
		fmt.Fprintf(w.Out, "%s %s:\n", store.Kind(), store.Name())
		errs = append(errs, carryOut(ctx, w, dry, todo))
	}
	if err := errors.Join(errs...); err != nil {
		data, absErr := filepath.Abs(c.dataDir(w))
		return errors.Join(hinted.New(err, fmt.Sprintf("sudo flagrante ca %s --store system --store java --data '%s'", verb, data)), absErr)
	}
	return nil
}

// carryOut does the steps in their order, up to the first that fails.
func carryOut(ctx context.Context, w world.World, dry bool, steps []trust.Step) error {
	for _, step := range steps {
		note := ""
		if step.Needs != "" {
			note = "  # " + step.Needs
		}
		fmt.Fprintf(w.Out, "  %s%s\n", step.Text, note)
		if dry {
			continue
		}
		if err := step.Do(ctx); err != nil {
			return err
		}
	}
	return nil
}

func joinReason(state, reason string) string {
	if reason == "" {
		return state
	}
	return state + ": " + reason
}
