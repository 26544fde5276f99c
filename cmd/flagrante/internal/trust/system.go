package trust

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// system is the store of the operating system: a folder of anchors, and a tool that
// makes the lists from it that programs read.
type system struct {
	certificate Certificate
	machine     Machine
	// anchors is the folder, bundle the list.
	anchors, bundle string
	update          []string
	// again makes the tool forget what was removed.
	again []string
}

// systemStore returns the store of this machine's system.
func systemStore(m Machine, c Certificate) Store {
	if m.OS == "darwin" {
		return &keychain{c, m}
	}
	for _, s := range []system{
		{
			anchors: "/usr/local/share/ca-certificates", bundle: "/etc/ssl/certs/ca-certificates.crt",
			update: []string{"update-ca-certificates"}, again: []string{"update-ca-certificates", "--fresh"},
		},
		{
			anchors: "/etc/pki/ca-trust/source/anchors", bundle: "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
			update: []string{"update-ca-trust", "extract"}, again: []string{"update-ca-trust", "extract"},
		},
		{
			anchors: "/etc/ca-certificates/trust-source/anchors", bundle: "/etc/ssl/certs/ca-certificates.crt",
			update: []string{"trust", "extract-compat"}, again: []string{"trust", "extract-compat"},
		},
	} {
		s.certificate, s.machine = c, m
		s.anchors, s.bundle = filepath.Join(m.Root, s.anchors), filepath.Join(m.Root, s.bundle)
		if _, err := exec.LookPath(s.update[0]); err == nil && isDir(filepath.Dir(s.anchors)) {
			return &s
		}
	}
	return &system{certificate: c, machine: m}
}

func (s *system) Kind() string { return "system" }

func (s *system) Name() string {
	if s.anchors == "" {
		return "system"
	}
	return s.anchors
}

func (s *system) State(context.Context) (State, string) {
	if s.anchors == "" {
		return Absent, "install the package ca-certificates"
	}
	list, err := os.ReadFile(s.bundle)
	if err != nil {
		return NotTrusted, ""
	}
	return s.certificate.holds(list), ""
}

// file is where the certificate lies; Debian's tool wants this ending.
func (s *system) file() string {
	return filepath.Join(s.anchors, s.certificate.alias()+".crt")
}

func (s *system) Install(ctx context.Context) []Step {
	if state, _ := s.State(ctx); state == Trusted || state == Absent {
		return nil
	}
	needs := s.machine.mayWrite(s.anchors)
	return []Step{
		{Text: fmt.Sprintf("install -D -m 644 %s %s", s.certificate.File, s.file()), Needs: needs, do: func(context.Context) error {
			if err := os.MkdirAll(s.anchors, 0o755); err != nil { //nolint:gosec // Every program reads it.
				return err
			}
			return os.WriteFile(s.file(), s.certificate.pem(), 0o644) //nolint:gosec // Every program reads it.
		}},
		command(needs, s.update[0], s.update[1:]...),
	}
}

func (s *system) Uninstall(ctx context.Context) []Step {
	_, err := os.Stat(s.file())
	if state, _ := s.State(ctx); state == Absent || state != Trusted && err != nil {
		return nil
	}
	needs := s.machine.mayWrite(s.anchors)
	return []Step{
		{Text: "rm " + s.file(), Needs: needs, do: func(context.Context) error { return os.Remove(s.file()) }},
		command(needs, s.again[0], s.again[1:]...),
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// keychain is the store of macOS.
type keychain struct {
	certificate Certificate
	machine     Machine
}

// systemKeychain holds what all users of a Mac trust.
const systemKeychain = "/Library/Keychains/System.keychain"

func (k *keychain) Kind() string { return "system" }
func (k *keychain) Name() string { return systemKeychain }

func (k *keychain) State(ctx context.Context) (State, string) {
	list, err := run(ctx, "security", "find-certificate", "-a", "-p", "-c", "flagrante CA", systemKeychain)
	if err != nil {
		return NotTrusted, ""
	}
	return k.certificate.holds(list), ""
}

func (k *keychain) Install(ctx context.Context) []Step {
	if state, _ := k.State(ctx); state == Trusted {
		return nil
	}
	return []Step{command(k.machine.mayWrite(systemKeychain), "security", "add-trusted-cert", "-d", "-r", "trustRoot", "-k", systemKeychain, k.certificate.File)}
}

func (k *keychain) Uninstall(ctx context.Context) []Step {
	if state, _ := k.State(ctx); state != Trusted {
		return nil
	}
	return []Step{command(k.machine.mayWrite(systemKeychain), "security", "remove-trusted-cert", "-d", k.certificate.File)}
}
