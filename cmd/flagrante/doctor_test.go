package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store/journal"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/doctor"
	"flagrante/cmd/flagrante/internal/trust"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/export"
	"flagrante/proxy/authority"
)

// TestAClockThatIsWrongAndItsRemedy has the clock stand before the authority was made.
func TestAClockThatIsWrongAndItsRemedy(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ca, err := authority.Open(filepath.Join(t.TempDir(), "ca"), func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	for now, want := range map[time.Time]doctor.Finding{
		noon: {Check: "clock", Subject: "UTC", Status: doctor.OK, Detail: "2026-11-23T12:00:00Z"},
		noon.AddDate(-3, 0, 0): {
			Check: "clock", Subject: "UTC", Status: doctor.Fail, Detail: "2023-11-23T12:00:00Z",
			Remedy: "set the clock: it is before the authority was made, and no app will accept its certificates",
		},
	} {
		e := &examination{World: world.World{Now: func() time.Time { return now }}, ca: ca}
		e.clock()
		if diff := cmp.Diff([]doctor.Finding{want}, e.findings); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}

// TestPortalsAndTheirRemedies has portals without their tokens.
func TestPortalsAndTheirRemedies(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "token")
	env := map[string]string{"RT_TOKEN": "t"}
	e := &examination{World: world.World{Env: func(name string) (string, bool) { value, ok := env[name]; return value, ok }}}
	e.conf.Portals = map[string]export.Portal{
		"a": {URL: "https://rt.example/x", TokenEnv: "RT_TOKEN"},
		"b": {URL: "https://rt.example/x", TokenEnv: "NO_TOKEN"},
		"c": {URL: "https://rt.example/x", TokenFile: missing},
	}
	e.portals()
	for i := range e.findings {
		if e.findings[i].Subject == "c" {
			e.findings[i].Detail = ""
		}
	}
	want := []doctor.Finding{
		{Check: "portal", Subject: "a", Status: doctor.OK, Detail: "its token is there; rt.example was not asked"},
		{Check: "portal", Subject: "b", Status: doctor.Fail, Detail: "the variable NO_TOKEN, which should hold the password, is not set", Remedy: "set the variable that token_env names, or write the file that token_file names"},
		{Check: "portal", Subject: "c", Status: doctor.Fail, Remedy: "set the variable that token_env names, or write the file that token_file names"},
	}
	if diff := cmp.Diff(want, e.findings); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestStoresOfTrustAndTheirRemedies has tools that stand for those of the stores: one that
// lists the authority, one that does not, and none.
func TestStoresOfTrustAndTheirRemedies(t *testing.T) {
	dir := t.TempDir()
	now := func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	ca, err := authority.Open(filepath.Join(dir, "ca"), now)
	if err != nil {
		t.Fatal(err)
	}
	database := filepath.Join(dir, ".pki", "nssdb")
	for _, file := range []string{filepath.Join(database, "cert9.db"), filepath.Join(dir, "jdk", "lib", "security", "cacerts"), filepath.Join(dir, "jdk", "bin", "keytool"), filepath.Join(dir, "bin", "certutil")} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	chromium, java := "Chromium ("+database+")", filepath.Join(dir, "jdk", "lib", "security", "cacerts")
	const remedy = "not needed under `flagrante run`; else `flagrante ca install --store "
	trusting := "#!/bin/sh\nwhile read -r line; do echo \"$line\"; done < '" + filepath.Join(dir, "ca", authority.CertFile) + "'\n"
	for name, try := range map[string]struct {
		tool string
		want []doctor.Finding
	}{
		"no tools": {"", []doctor.Finding{
			{Check: "trust", Subject: "system", Status: doctor.Info, Detail: "system: absent: install the package ca-certificates", Remedy: remedy + "system`"},
			{Check: "trust", Subject: "nss", Status: doctor.Info, Detail: chromium + ": absent: install the package libnss3-tools (nss-tools on Fedora, nss with Homebrew)", Remedy: remedy + "nss`"},
			{Check: "trust", Subject: "java", Status: doctor.Info, Detail: java + ": absent: install the JDK of this Java", Remedy: remedy + "java`"},
		}},
		"tools that know nothing of it": {"#!/bin/sh\n", []doctor.Finding{
			{Check: "trust", Subject: "system", Status: doctor.Info, Detail: "system: absent: install the package ca-certificates", Remedy: remedy + "system`"},
			{Check: "trust", Subject: "nss", Status: doctor.Info, Detail: chromium + ": not trusted", Remedy: remedy + "nss`"},
			{Check: "trust", Subject: "java", Status: doctor.Info, Detail: java + ": not trusted", Remedy: remedy + "java`"},
		}},
		"tools that list it": {trusting, []doctor.Finding{
			{Check: "trust", Subject: "system", Status: doctor.Info, Detail: "system: absent: install the package ca-certificates", Remedy: remedy + "system`"},
			{Check: "trust", Subject: "nss", Status: doctor.OK, Detail: chromium + ": trusted"},
			{Check: "trust", Subject: "java", Status: doctor.OK, Detail: java + ": trusted"},
		}},
	} {
		t.Setenv("PATH", filepath.Join(dir, "bin"))
		for _, tool := range []string{filepath.Join(dir, "bin", "certutil"), filepath.Join(dir, "jdk", "bin", "keytool")} {
			mode := os.FileMode(0o700)
			if try.tool == "" {
				mode = 0o600
			}
			if err := errors.Join(os.WriteFile(tool, []byte(try.tool), mode), os.Chmod(tool, mode)); err != nil {
				t.Fatal(err)
			}
		}
		e := &examination{dir: dir, ca: ca, World: world.World{Now: now, Env: func(string) (string, bool) { return "", false }}}
		// What else is installed here is none of the test's.
		e.trust(t.Context(), trust.Machine{Root: dir, Home: dir, JavaHome: filepath.Join(dir, "jdk"), OS: "linux", UID: os.Getuid()})
		got := slices.DeleteFunc(e.findings, func(f doctor.Finding) bool { return f.Check != "trust" })
		if diff := cmp.Diff(try.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// TestTheStoreOfATeamAndItsRemedies has a proxy whose database is away, with a journal
// that is empty, half full, and no journal.
func TestTheStoreOfATeamAndItsRemedies(t *testing.T) {
	dir := t.TempDir()
	w := world.World{Now: time.Now, Env: func(string) (string, bool) { return "", false }}
	path := filepath.Join(dir, datadir.JournalFile)
	j, err := journal.Open(t.Context(), journal.Options{Path: path, Origin: delivery.Origin{ID: "o"}, Stream: "s"})
	if err != nil {
		t.Fatal(err)
	}
	examined := func(size string) []doctor.Finding {
		e := &examination{dir: dir, World: w}
		e.conf.Store, e.conf.Role, e.conf.Journal.Size = "postgres://loja:s3nha@127.0.0.1:1/flagrante", config.RoleProxy, size
		e.store(t.Context())
		return slices.DeleteFunc(e.findings, func(f doctor.Finding) bool { return f.Check == "masks" })
	}
	away := doctor.Finding{
		Check: "store", Subject: "postgres://loja@127.0.0.1:1/flagrante", Status: doctor.Fail, Remedy: "check that the server runs, and that its name and port are right",
	}
	empty := doctor.Finding{Check: "journal", Subject: path, Status: doctor.OK, Detail: "0 failures waiting, 0 KiB"}
	compare := func(when string, got []doctor.Finding, want ...doctor.Finding) {
		t.Helper()
		for i := range got {
			if got[i].Check == "store" {
				got[i].Detail = ""
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", when, diff)
		}
	}
	compare("nothing waits", examined("1GB"), empty, away)
	now := time.Now()
	if _, err := j.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{{ID: "f", Time: now}}}); err != nil {
		t.Fatal(err)
	}
	held := j.Held()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	waits := fmt.Sprintf("1 failure waiting, %d KiB", held.Bytes>>10)
	compare("one waits", examined("1GB"), doctor.Finding{Check: "journal", Subject: path, Status: doctor.OK, Detail: waits}, away)
	compare("the journal is half full", examined(strconv.FormatInt(2*held.Bytes-1, 10)), doctor.Finding{
		Check: "journal", Subject: path, Status: doctor.Warn, Detail: waits, Remedy: "see whether the database of the team can be reached; when the journal is full, failures are lost",
	}, away)
	if err := os.WriteFile(path, []byte("no database, however long one reads on and on"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := examined("1GB")
	if len(got) != 2 || got[0].Status != doctor.Fail || got[0].Remedy != "stop flagrante and move the file away; what is in it is not sent then" {
		t.Errorf("a broken journal: %+v", got)
	}
}
