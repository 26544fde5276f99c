package doctor

import (
	"context"
	"crypto/x509"
	"os/exec"
	"regexp"
	"strings"
	"sync"
)

// runtime is a program that makes calls, and what it goes by.
type runtime struct {
	name    string
	program string
	version []string
	// file is the variable that names the certificates it trusts; empty means that
	// it trusts those of the system. System says that it does so unless the variable
	// is set.
	file   string
	system bool
}

// runtimes are those that are looked for.
func runtimes() []runtime {
	return []runtime{
		{"curl", "curl", []string{"--version"}, "CURL_CA_BUNDLE", true},
		{"wget", "wget", []string{"--version"}, "WGETRC", true},
		{"git", "git", []string{"--version"}, "GIT_SSL_CAINFO", true},
		{"Node", "node", []string{"--version"}, "NODE_EXTRA_CA_CERTS", false},
		{"Deno", "deno", []string{"--version"}, "DENO_CERT", false},
		{"Bun", "bun", []string{"--version"}, "NODE_EXTRA_CA_CERTS", false},
		{"Python", "python3", []string{"--version"}, "SSL_CERT_FILE", true},
		{"Java", "java", []string{"-version"}, "JAVA_TOOL_OPTIONS", false},
		{"Go", "go", []string{"version"}, "SSL_CERT_FILE", true},
		{"PHP", "php", []string{"--version"}, "SSL_CERT_FILE", true},
		{"Ruby", "ruby", []string{"--version"}, "SSL_CERT_FILE", true},
		{"Perl", "perl", []string{"-e", "print $^V"}, "PERL_LWP_SSL_CA_FILE", true},
		{".NET", "dotnet", []string{"--version"}, "SSL_CERT_FILE", true},
		{"Cargo", "cargo", []string{"--version"}, "CARGO_HTTP_CAINFO", true},
	}
}

// Runtimes looks for the runtimes of this machine, and whether they would trust the
// authority in this environment. system says that the system's store does.
func Runtimes(ctx context.Context, env func(string) (string, bool), ca *x509.Certificate, system bool) []Finding {
	all := runtimes()
	found := make([]*Finding, len(all))
	var group sync.WaitGroup
	for i, r := range all {
		group.Go(func() { found[i] = r.look(ctx, env, ca, system) })
	}
	group.Wait()
	var findings []Finding
	for _, f := range found {
		if f != nil {
			findings = append(findings, *f)
		}
	}
	return findings
}

func (r runtime) look(ctx context.Context, env func(string) (string, bool), ca *x509.Certificate, system bool) *Finding {
	path, err := exec.LookPath(r.program)
	if err != nil {
		return nil
	}
	f := &Finding{Check: "runtime", Subject: r.name, Status: OK, Detail: r.number(ctx, path)}
	value, set := env(r.file)
	switch {
	case r.file == "JAVA_TOOL_OPTIONS" && strings.Contains(value, "-Djavax.net.ssl.trustStore="), r.file == "WGETRC" && set:
		f.Detail += ", trusts what " + r.file + " names"
	case set && trusts(value, ca):
		f.Detail += ", trusts flagrante by " + r.file
	case r.system && !set && system:
		f.Detail += ", trusts flagrante by the system's store"
	default:
		f.Status, f.Detail = Info, f.Detail+", does not trust flagrante in this shell"
		f.Remedy = "`flagrante run -- " + r.program + " …`, or eval \"$(flagrante env)\""
	}
	return f
}

// number is the version, as the program says it.
func (r runtime) number(ctx context.Context, path string) string {
	out, err := exec.CommandContext(ctx, path, r.version...).CombinedOutput()
	if err != nil {
		return "version unknown"
	}
	if match := regexp.MustCompile(`\d+(\.\d+)+`).Find(out); match != nil {
		return string(match)
	}
	return "version unknown"
}
