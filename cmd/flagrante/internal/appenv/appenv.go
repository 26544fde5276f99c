// Package appenv makes the environment in which an app, unchanged, uses the proxy
// and trusts its certificate authority: variables that runtimes and tools read, and
// the files that those variables name.
package appenv

import (
	"net"
	"path/filepath"
	"slices"
	"strings"

	"flagrante/cmd/flagrante/internal/trust"
)

// Loopback is what apps reach directly unless they are told otherwise: the servers
// of the app itself.
const Loopback = "localhost,127.0.0.1,::1"

// Variable is one variable of an environment.
type Variable struct{ Name, Value string }

// Target is what an environment leads to.
type Target struct {
	// Proxy is the address of the proxy, host:port.
	Proxy string
	// NoProxy lists the hosts that are reached directly, with commas between them;
	// empty means none.
	NoProxy string
	// Dir is the folder of the files as the app sees it.
	Dir string
	// Env is the environment so far. Options that are in it are kept.
	Env func(string) (string, bool)
}

// Variables returns what an app's environment needs, in a fixed order. Who reads
// which is in docs/guide/developers.en.md.
func (t Target) Variables() []Variable {
	proxy := "http://" + t.Proxy
	var all []Variable
	add := func(value string, names ...string) {
		for _, name := range names {
			all = append(all, Variable{name, value})
		}
	}
	add(proxy, "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
	add(t.NoProxy, "NO_PROXY", "no_proxy")
	add(t.file(bundleFile), bundleVariables()...)
	add(t.file(extraFile), "NODE_EXTRA_CA_CERTS", "DENO_CERT")
	add("1", "NODE_USE_ENV_PROXY", "PERL_LWP_ENV_PROXY")
	add(t.joined("NODE_OPTIONS", "--require "+quoted(t.file(nodeFile))), "NODE_OPTIONS")
	add(t.joined("JAVA_TOOL_OPTIONS", t.java()), "JAVA_TOOL_OPTIONS")
	add(t.file(wgetFile), "WGETRC")
	// An empty element stands for the folder that PHP was built with.
	scan, _ := t.Env("PHP_INI_SCAN_DIR")
	if ours := string(filepath.ListSeparator) + t.file(phpDir); !strings.HasSuffix(scan, ours) {
		scan += ours
	}
	add(scan, "PHP_INI_SCAN_DIR")
	return all
}

// bundleVariables name a file of certificates that stands in the place of those of
// the system, so it has to hold them all.
func bundleVariables() []string {
	return []string{
		"SSL_CERT_FILE",                      // OpenSSL: Python, Ruby, PHP, Perl, .NET on Linux; Go; rustls
		"REQUESTS_CA_BUNDLE",                 // Python requests, pip
		"CURL_CA_BUNDLE",                     // curl
		"AWS_CA_BUNDLE",                      // AWS CLI and SDKs
		"GIT_SSL_CAINFO",                     // git
		"CARGO_HTTP_CAINFO",                  // cargo
		"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",   // gRPC on the C core
		"PERL_LWP_SSL_CA_FILE",               // Perl LWP
		"HTTPLIB2_CA_CERTS",                  // Python httplib2
		"CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", // gcloud
		"BUNDLE_SSL_CA_CERT",                 // Ruby's Bundler
		"COMPOSER_CAFILE",                    // PHP's Composer
		"NIX_SSL_CERT_FILE",                  // programs of Nix
	}
}

func (t Target) file(name string) string { return filepath.Join(t.Dir, name) }

// joined puts options behind those that are there.
func (t Target) joined(name, options string) string {
	before, _ := t.Env(name)
	if before == "" {
		return options
	}
	if strings.Contains(before, options) {
		return before
	}
	return before + " " + options
}

// java returns options of the virtual machine: it reads no variable of a proxy.
func (t Target) java() string {
	host, port, err := net.SplitHostPort(t.Proxy)
	if err != nil {
		host, port = t.Proxy, "80"
	}
	options := []string{
		"-Dhttp.proxyHost=" + host, "-Dhttp.proxyPort=" + port, "-Dhttps.proxyHost=" + host, "-Dhttps.proxyPort=" + port,
		quoted("-Dhttp.nonProxyHosts=" + nonProxyHosts(t.NoProxy)),
		quoted("-Djavax.net.ssl.trustStore=" + t.file(javaFile)), "-Djavax.net.ssl.trustStoreType=PKCS12",
		"-Djavax.net.ssl.trustStorePassword=" + trust.JavaPassword,
	}
	return strings.Join(options, " ")
}

// nonProxyHosts writes a list of hosts in the way of Java's networking properties.
func nonProxyHosts(list string) string {
	var hosts []string
	for host := range strings.SplitSeq(list, ",") {
		switch host = strings.TrimSpace(host); {
		case host == "":
		case host == "127.0.0.1":
			hosts = append(hosts, "127.*")
		case strings.HasPrefix(host, "."):
			hosts = append(hosts, "*"+host)
		case net.ParseIP(host) != nil && strings.Contains(host, ":"):
			hosts = append(hosts, "["+host+"]")
		default:
			hosts = append(hosts, host)
		}
	}
	return strings.Join(hosts, "|")
}

// quoted puts a word into double quotes where it needs them: Node and the Java
// virtual machine split their options at spaces.
func quoted(word string) string {
	if !strings.ContainsAny(word, " \t'\"") {
		return word
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) + `"`
}

// Over returns an environment with the variables over it, less what an app must
// not have.
func Over(environ []string, variables []Variable, without ...string) []string {
	var all []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		replaced := slices.ContainsFunc(variables, func(v Variable) bool { return v.Name == name })
		if !replaced && !slices.Contains(without, name) {
			all = append(all, pair)
		}
	}
	for _, v := range variables {
		all = append(all, v.Name+"="+v.Value)
	}
	return all
}
