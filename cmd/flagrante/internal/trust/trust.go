// Package trust puts the certificate of an authority into the stores of the
// machine that programs read, takes it out, and says where it is. It uses the tools
// that own each store, says beforehand what it will do, and never asks for other
// rights than it has.
package trust

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// State says what is known of a certificate in a store.
type State string

// The states.
const (
	Trusted    State = "trusted"
	NotTrusted State = "not trusted"
	// Other means that a certificate of an earlier authority of flagrante is there.
	Other State = "another"
	// Absent means that the machine has no such store, or not the tool for it.
	Absent State = "absent"
)

// Step is one thing that is done to a store.
type Step struct {
	// Text says it, as a person would type it.
	Text string
	// Needs says which rights are missing for it; empty when none are.
	Needs string
	do    func(ctx context.Context) error
}

// Do carries the step out.
func (s Step) Do(ctx context.Context) error {
	if s.Needs != "" {
		return fmt.Errorf("%s: %s", s.Text, s.Needs)
	}
	if err := s.do(ctx); err != nil {
		return fmt.Errorf("%s: %w", s.Text, err)
	}
	return nil
}

// Store is a place where programs look for certificates that they trust.
type Store interface {
	// Kind is system, nss or java.
	Kind() string
	// Name says which one it is.
	Name() string
	// State looks for the certificate. A reason comes with Absent.
	State(ctx context.Context) (State, string)
	// Install and Uninstall return what is to be done; nothing when it is so already.
	Install(ctx context.Context) []Step
	Uninstall(ctx context.Context) []Step
}

// Machine is where stores are looked for.
type Machine struct {
	// Root is put before the paths of the system; empty in earnest.
	Root string
	// Home is the user's folder, JavaHome what names a Java.
	Home, JavaHome string
	// OS is that of the machine, as Go names it.
	OS string
	// UID is the user's number.
	UID int
}

// Certificate is what is put into stores.
type Certificate struct {
	Cert *x509.Certificate
	// File holds it, PEM.
	File string
}

// Stores returns all that there are, or could be.
func Stores(m Machine, c Certificate) []Store {
	stores := []Store{systemStore(m, c)}
	for _, dir := range nssFolders(m) {
		stores = append(stores, &nss{certificate: c, dir: dir.path, name: dir.name})
	}
	return append(stores, javaStores(m, c)...)
}

func (c Certificate) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Cert.Raw})
}

// alias is the name under which stores hold the certificate. It is that of one
// installation, so that several may be in one store.
func (c Certificate) alias() string {
	return strings.ToLower(strings.ReplaceAll(c.Cert.Subject.CommonName, " ", "-"))
}

// holds tells what a list of certificates, PEM, has of ours.
func (c Certificate) holds(list []byte) State {
	state := NotTrusted
	for {
		var block *pem.Block
		if block, list = pem.Decode(list); block == nil {
			return state
		}
		if bytes.Equal(block.Bytes, c.Cert.Raw) {
			return Trusted
		}
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil && isOurs(cert) {
			state = Other
		}
	}
}

// isOurs reports whether a certificate is of some installation of flagrante.
func isOurs(cert *x509.Certificate) bool {
	return strings.HasPrefix(cert.Subject.CommonName, "flagrante CA ") && len(cert.Subject.Organization) == 1 && cert.Subject.Organization[0] == "flagrante"
}

// run carries a tool out. What it says comes with the error.
func run(ctx context.Context, name string, args ...string) ([]byte, error) {
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		said := strings.TrimSpace(complaints.String() + "\n" + out.String())
		first, _, _ := strings.Cut(said, "\n")
		return out.Bytes(), errors.Join(err, errors.New(first))
	}
	return out.Bytes(), nil
}

// command is a step that runs a tool.
func command(needs, name string, args ...string) Step {
	words := make([]string, 0, len(args)+1)
	for _, word := range append([]string{name}, args...) {
		if word == "" || strings.ContainsAny(word, " '\"$") {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words = append(words, word)
	}
	return Step{Text: strings.Join(words, " "), Needs: needs, do: func(ctx context.Context) error {
		_, err := run(ctx, name, args...)
		return err
	}}
}

// mayWrite returns what is missing for a change of a file or folder.
func (m Machine) mayWrite(path string) string {
	if m.UID == 0 {
		return ""
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		return closed(f)
	}
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		if f, err := os.CreateTemp(path, ".flagrante-"); err == nil {
			return closed(f, os.Remove(f.Name()))
		}
	}
	return "needs the rights of root; run it with sudo"
}

func closed(f *os.File, errs ...error) string {
	if err := errors.Join(append(errs, f.Close())...); err != nil {
		return err.Error()
	}
	return ""
}
