package doctor_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/doctor"
	"flagrante/proxy/authority"
)

// TestRuntimesAndTheirRemedies has every runtime say its version, and looks at what is
// said of each: where nothing is set, where the system trusts the authority, where the
// variable of each names a file with it, and where it names one of another.
func TestRuntimesAndTheirRemedies(t *testing.T) {
	dir := t.TempDir()
	now := func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	ca, err := authority.Open(filepath.Join(dir, "ca"), now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := authority.Open(filepath.Join(dir, "other"), now); err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{
		"bun": "NODE_EXTRA_CA_CERTS", "cargo": "CARGO_HTTP_CAINFO", "curl": "CURL_CA_BUNDLE", "deno": "DENO_CERT", "dotnet": "SSL_CERT_FILE",
		"git": "GIT_SSL_CAINFO", "go": "SSL_CERT_FILE", "java": "JAVA_TOOL_OPTIONS", "node": "NODE_EXTRA_CA_CERTS", "perl": "PERL_LWP_SSL_CA_FILE",
		"php": "SSL_CERT_FILE", "python3": "SSL_CERT_FILE", "ruby": "SSL_CERT_FILE", "wget": "WGETRC",
	}
	names := map[string]string{
		"bun": "Bun", "cargo": "Cargo", "curl": "curl", "deno": "Deno", "dotnet": ".NET", "git": "git", "go": "Go", "java": "Java",
		"node": "Node", "perl": "Perl", "php": "PHP", "python3": "Python", "ruby": "Ruby", "wget": "wget",
	}
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	for program := range names {
		if err := os.WriteFile(filepath.Join(bin, program), []byte("#!/bin/sh\necho "+program+" 1.2.3\n"), 0o700); err != nil { //nolint:gosec // It is run.
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	// Those that go by lists of their own do not ask the system.
	own := []string{"bun", "deno", "java", "node"}
	trusting := filepath.Join(dir, "ca", authority.CertFile)
	named := map[string]string{"JAVA_TOOL_OPTIONS": "-Xmx1g -Djavax.net.ssl.trustStore=/t.p12", "WGETRC": "/t"}
	ours, others := map[string]string{}, map[string]string{}
	for _, variable := range variables {
		ours[variable], others[variable] = trusting, filepath.Join(dir, "other", authority.CertFile)
	}
	maps.Copy(ours, named)
	others["JAVA_TOOL_OPTIONS"] = "-Xmx1g"
	delete(others, "WGETRC")
	for name, try := range map[string]struct {
		env    map[string]string
		system bool
		good   func(program string) string
	}{
		"nothing": {nil, false, func(string) string { return "" }},
		"the system": {nil, true, func(program string) string {
			if slices.Contains(own, program) {
				return ""
			}
			return ", trusts flagrante by the system's store"
		}},
		"variables": {ours, false, func(program string) string {
			if _, ok := named[variables[program]]; ok {
				return ", trusts what " + variables[program] + " names"
			}
			return ", trusts flagrante by " + variables[program]
		}},
		// What a variable names counts more than the system.
		"variables of others": {others, true, func(program string) string {
			if program == "wget" {
				return ", trusts flagrante by the system's store"
			}
			return ""
		}},
	} {
		var want []doctor.Finding
		for program, title := range names {
			f := doctor.Finding{Check: "runtime", Subject: title, Status: doctor.OK, Detail: "1.2.3" + try.good(program)}
			if try.good(program) == "" {
				f.Status, f.Detail = doctor.Info, "1.2.3, does not trust flagrante in this shell"
				f.Remedy = "`flagrante run -- " + program + " …`, or eval \"$(flagrante env)\""
			}
			want = append(want, f)
		}
		env := func(variable string) (string, bool) { value, ok := try.env[variable]; return value, ok }
		got := doctor.Runtimes(t.Context(), env, ca.Root(), try.system)
		byName := func(a, b doctor.Finding) int { return strings.Compare(a.Subject, b.Subject) }
		slices.SortFunc(want, byName)
		slices.SortFunc(got, byName)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
	t.Setenv("PATH", dir)
	if got := doctor.Runtimes(t.Context(), func(string) (string, bool) { return "", false }, ca.Root(), false); got != nil {
		t.Errorf("of those that are not there: %v", got)
	}
}
