package trust_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"flagrante/cmd/flagrante/internal/trust"
	"flagrante/proxy/authority"
)

// TestAStoreOfJavaIsReadWithoutItsTools has a Java whose keytool fails.
func TestAStoreOfJavaIsReadWithoutItsTools(t *testing.T) {
	home := t.TempDir()
	made := func(name string) *authority.Authority {
		ca, err := authority.Open(filepath.Join(home, name), time.Now)
		check(t, err)
		return ca
	}
	ours, others := made("ours"), made("others")
	tool, store := filepath.Join(home, "bin", "keytool"), filepath.Join(home, "lib", "security", "cacerts")
	for _, file := range []string{tool, store} {
		check(t, os.MkdirAll(filepath.Dir(file), 0o700))
	}
	check(t, os.WriteFile(tool, []byte("#!/bin/sh\nexit 1\n"), 0o700)) //nolint:gosec // It is a program.
	for _, password := range []string{trust.JavaPassword, ""} {
		for _, test := range []struct {
			held *authority.Authority
			want trust.State
		}{{ours, trust.Trusted}, {others, trust.Other}} {
			encoder := pkcs12.Modern
			if password == "" { // As of Java 18 the store has none.
				encoder = pkcs12.Passwordless
			}
			data, err := encoder.WithRand(rand.Reader).EncodeTrustStoreEntries([]pkcs12.TrustStoreEntry{{Cert: test.held.Root(), FriendlyName: "a"}}, password)
			check(t, err)
			check(t, os.WriteFile(store, data, 0o600))
			if got := stateOfJava(t, home, trust.Certificate{Cert: ours.Root()}); got != test.want {
				t.Errorf("with the password %q: %s, want %s", password, got, test.want)
			}
		}
	}
	check(t, os.WriteFile(store, []byte("of a form that only a Java knows"), 0o600))
	if got := stateOfJava(t, home, trust.Certificate{Cert: ours.Root()}); got != trust.NotTrusted {
		t.Errorf("what nobody can read: %s", got)
	}
}

func stateOfJava(t *testing.T, home string, c trust.Certificate) trust.State {
	t.Helper()
	for _, s := range trust.Stores(trust.Machine{Root: home, Home: home, JavaHome: home, OS: "linux"}, c) {
		if s.Kind() == "java" {
			state, _ := s.State(t.Context())
			return state
		}
	}
	t.Fatal("there is no Java")
	return ""
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
