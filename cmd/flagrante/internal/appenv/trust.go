package appenv

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"flagrante/cmd/flagrante/internal/trust"
)

// The files of a trust folder.
const (
	bundleFile = "ca-bundle.pem"
	extraFile  = "ca-extra.pem"
	javaFile   = "truststore.p12"
	nodeFile   = "node-proxy.cjs"
	wgetFile   = "wgetrc"
	phpDir     = "php"
)

var (
	//go:embed files/node-proxy.cjs
	nodeSource []byte
	//go:embed files/prepend.php
	phpSource []byte
)

// Trust is what the files are made from.
type Trust struct {
	// CA is the certificate of the authority, PEM.
	CA []byte
	// System is the file of the system's certificates; empty looks for it in the
	// usual places.
	System string
	// Home is the user's folder, whose .wgetrc holds on.
	Home string
	// Env is the environment: certificates that it names are trusted on.
	Env func(string) (string, bool)
	// Inside is where a container sees the folder; empty means where it is.
	Inside string
}

// Write makes the files inside of parent, in a folder that is named by what they
// hold: environments that were handed out stay good when another one is made. It
// returns the folder.
func (t Trust) Write(parent string) (dir string, err error) {
	files, err := t.files()
	if err != nil {
		return "", err
	}
	digest := sha256.New()
	fmt.Fprintf(digest, "%s\n", t.Inside)
	for _, f := range files {
		fmt.Fprintf(digest, "%s %d\n", f.name, len(f.source))
		digest.Write(f.source)
	}
	dir = filepath.Join(parent, hex.EncodeToString(digest.Sum(nil))[:12])
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(parent, 0o755); err != nil { //nolint:gosec // Containers read it as other users; it holds certificates only.
		return "", fmt.Errorf("make the folder of certificates for apps: %w", err)
	}
	temp, err := os.MkdirTemp(parent, ".new-")
	if err != nil {
		return "", fmt.Errorf("make the folder of certificates for apps: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	for _, f := range files {
		if err := f.write(temp, cmp.Or(t.Inside, dir)); err != nil {
			return "", fmt.Errorf("write the certificates for apps: %w", err)
		}
	}
	// Others may look in: a container runs as a user of its own.
	if err := os.Chmod(temp, 0o755); err != nil { //nolint:gosec // See above.
		return "", err
	}
	if err := os.Rename(temp, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("write the certificates for apps: %w", err)
	}
	return dir, nil
}

// WriteTo makes the files inside of dir, such as a volume that containers share.
func (t Trust) WriteTo(dir string) error {
	files, err := t.files()
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := f.write(dir, cmp.Or(t.Inside, dir)); err != nil {
			return fmt.Errorf("write the certificates for apps: %w", err)
		}
	}
	return nil
}

// file is one to write. What it is made from names the folder; some name the
// folder themselves, or are costly to make.
type file struct {
	name   string
	source []byte
	make   func(dir string) ([]byte, error)
}

func (f file) write(into, dir string) error {
	data := f.source
	if f.make != nil {
		var err error
		if data, err = f.make(dir); err != nil {
			return err
		}
	}
	path := filepath.Join(into, f.name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // See Write.
		return err
	}
	return os.WriteFile(path, data, 0o644) //nolint:gosec // See Write.
}

func (t Trust) files() ([]file, error) {
	bundle, extra, err := t.bundles()
	if err != nil {
		return nil, err
	}
	own := t.wgetrc()
	java := t.javaRoots()
	return []file{
		{name: bundleFile, source: bundle},
		{name: extraFile, source: extra},
		{name: javaFile, source: java, make: func(string) ([]byte, error) { return trustStore(bundle, trust.JavaCertificates(java)) }},
		{name: nodeFile, source: nodeSource},
		{name: wgetFile, source: own, make: func(dir string) ([]byte, error) {
			return fmt.Appendf(own, "%sca_certificate = %s\n", wgetMark, filepath.Join(dir, bundleFile)), nil
		}},
		{name: filepath.Join(phpDir, "flagrante.ini"), make: func(dir string) ([]byte, error) { return phpIni(dir), nil }},
		{name: filepath.Join(phpDir, "prepend.php"), source: phpSource},
	}, nil
}

// wgetrc returns the settings that wget has so far: WGETRC stands in their place.
func (t Trust) wgetrc() []byte {
	path, ok := t.Env("WGETRC")
	if !ok {
		path = filepath.Join(t.Home, ".wgetrc")
	}
	own, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	own, _, _ = bytes.Cut(own, []byte(wgetMark))
	return own
}

// wgetMark begins what is ours in the settings of wget.
const wgetMark = "\n# Made by flagrante.\n"

func phpIni(dir string) []byte {
	bundle := strconv.Quote(filepath.Join(dir, bundleFile))
	prepend := strconv.Quote(filepath.Join(dir, phpDir, "prepend.php"))
	return fmt.Appendf(nil, "curl.cainfo = %s\nopenssl.cafile = %s\nauto_prepend_file = %s\n", bundle, bundle, prepend)
}

// bundles returns the certificates that stand in the place of others, and those
// that are added to others.
func (t Trust) bundles() (bundle, extra []byte, err error) {
	path, err := SystemRoots(t.System)
	if err != nil {
		return nil, nil, err
	}
	system, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read the certificates of the system: %w", err)
	}
	extra = merge(t.CA, t.named("NODE_EXTRA_CA_CERTS", "DENO_CERT"))
	bundle = merge(t.CA, system, t.named(append(bundleVariables(), "NODE_EXTRA_CA_CERTS", "DENO_CERT")...))
	return bundle, extra, nil
}

// named reads the files that variables name. One that is not there is no reason to
// fail: the app did without it.
func (t Trust) named(variables ...string) []byte {
	var all []byte
	for _, name := range variables {
		path, ok := t.Env(name)
		if !ok || path == "" {
			continue
		}
		if data, err := os.ReadFile(path); err == nil {
			all = append(append(all, data...), '\n')
		}
	}
	return all
}

// merge puts the certificates of PEM files one behind the other, each once.
func merge(files ...[]byte) []byte {
	var all []byte
	seen := map[string]bool{}
	for _, data := range files {
		for {
			var block *pem.Block
			if block, data = pem.Decode(data); block == nil {
				break
			}
			if block.Type != "CERTIFICATE" && block.Type != "TRUSTED CERTIFICATE" || seen[string(block.Bytes)] {
				continue
			}
			seen[string(block.Bytes)] = true
			all = append(all, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes})...)
		}
	}
	return all
}

// ErrNoRoots is returned where the system has no file of certificates.
var ErrNoRoots = errors.New("the system has no file of certificates")

// SystemRoots returns the file of the system's certificates: path, or the first of
// the usual places.
func SystemRoots(path string) (string, error) {
	if path != "" {
		return path, nil
	}
	for _, candidate := range []string{
		"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch, Alpine
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, RHEL
		"/etc/pki/tls/certs/ca-bundle.crt",                  // RHEL, of old
		"/etc/ssl/ca-bundle.pem",                            // SUSE
		"/etc/ssl/cert.pem",                                 // macOS, Alpine, the BSDs
		"/usr/local/etc/ssl/cert.pem",                       // FreeBSD
	} {
		if _, err := os.Stat(candidate); err == nil {
			return candidate, nil
		}
	}
	return "", ErrNoRoots
}
