package trust

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
)

// nss is a database of Mozilla's library: Chromium has one for the user, Firefox one
// for each profile.
type nss struct {
	certificate Certificate
	dir, name   string
}

// nssFolder is where a database is.
type nssFolder struct{ path, name string }

// nssFolders finds them. Chromium makes its own with the first certificate, so that
// it need not be there.
func nssFolders(m Machine) []nssFolder {
	var all []nssFolder
	if m.OS != "darwin" {
		all = append(all, nssFolder{filepath.Join(m.Home, ".pki", "nssdb"), "Chromium"})
	}
	for _, pattern := range []string{
		".mozilla/firefox/*", "snap/firefox/common/.mozilla/firefox/*", ".var/app/org.mozilla.firefox/.mozilla/firefox/*",
		"snap/chromium/current/.pki/nssdb", "Library/Application Support/Firefox/Profiles/*", ".config/mozilla/firefox/*",
	} {
		found, err := filepath.Glob(filepath.Join(m.Home, pattern, "cert9.db"))
		if err != nil {
			continue
		}
		for _, file := range found {
			all = append(all, nssFolder{filepath.Dir(file), "Firefox " + filepath.Base(filepath.Dir(file))})
		}
	}
	return all
}

func (n *nss) Kind() string { return "nss" }
func (n *nss) Name() string { return n.name + " (" + n.dir + ")" }

func (n *nss) database() string { return "sql:" + n.dir }

func (n *nss) State(ctx context.Context) (State, string) {
	if _, err := exec.LookPath("certutil"); err != nil {
		return Absent, "install the package libnss3-tools (nss-tools on Fedora, nss with Homebrew)"
	}
	if !n.exists() {
		return NotTrusted, ""
	}
	list, err := run(ctx, "certutil", "-d", n.database(), "-L", "-n", n.certificate.alias(), "-a")
	if err != nil {
		return NotTrusted, ""
	}
	return n.certificate.holds(list), ""
}

func (n *nss) exists() bool {
	_, err := os.Stat(filepath.Join(n.dir, "cert9.db"))
	return err == nil
}

func (n *nss) Install(ctx context.Context) []Step {
	if state, _ := n.State(ctx); state == Trusted || state == Absent {
		return nil
	}
	var steps []Step
	if !n.exists() {
		steps = append(steps,
			Step{Text: "mkdir -p " + n.dir, do: func(context.Context) error { return os.MkdirAll(n.dir, 0o700) }},
			command("", "certutil", "-d", n.database(), "-N", "--empty-password"))
	}
	return append(steps, command("", "certutil", "-d", n.database(), "-A", "-t", "C,,", "-n", n.certificate.alias(), "-i", n.certificate.File))
}

func (n *nss) Uninstall(ctx context.Context) []Step {
	if state, _ := n.State(ctx); state != Trusted {
		return nil
	}
	return []Step{command("", "certutil", "-d", n.database(), "-D", "-n", n.certificate.alias())}
}
