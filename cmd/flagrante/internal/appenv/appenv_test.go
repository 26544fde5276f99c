package appenv_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"software.sslmate.com/src/go-pkcs12"

	"flagrante/cmd/flagrante/internal/appenv"
	"flagrante/proxy/authority"
)

// environment is one of a few variables.
func environment(pairs map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := pairs[name]
		return value, ok
	}
}

func target(noProxy string, env map[string]string) map[string]string {
	all := map[string]string{}
	for _, v := range (appenv.Target{Proxy: "127.0.0.1:8790", NoProxy: noProxy, Dir: "/d", Env: environment(env)}).Variables() {
		all[v.Name] = v.Value
	}
	return all
}

func TestOptionsThatAreThereAreKept(t *testing.T) {
	java := "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=8790 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=8790 " +
		"-Dhttp.nonProxyHosts=localhost|127.*|*.loja.example|[::1] -Djavax.net.ssl.trustStore=/d/truststore.p12 " +
		"-Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit"
	got := target("localhost,127.0.0.1,.loja.example, ::1", map[string]string{"JAVA_TOOL_OPTIONS": "-Xmx1g", "NODE_OPTIONS": "--inspect", "PHP_INI_SCAN_DIR": "/own"})
	for name, want := range map[string]string{"JAVA_TOOL_OPTIONS": "-Xmx1g " + java, "NODE_OPTIONS": "--inspect --require /d/node-proxy.cjs", "PHP_INI_SCAN_DIR": "/own:/d/php"} {
		if diff := cmp.Diff(want, got[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	again := target("localhost,127.0.0.1,.loja.example, ::1", got)
	if again["JAVA_TOOL_OPTIONS"] != got["JAVA_TOOL_OPTIONS"] || again["NODE_OPTIONS"] != got["NODE_OPTIONS"] || again["PHP_INI_SCAN_DIR"] != got["PHP_INI_SCAN_DIR"] {
		t.Error("a second time adds them again")
	}
}

func TestEveryCallThroughTheProxy(t *testing.T) {
	got := target("", nil)
	if got["NO_PROXY"] != "" || !strings.Contains(got["JAVA_TOOL_OPTIONS"], "-Dhttp.nonProxyHosts= ") {
		t.Errorf("NO_PROXY %q, Java %q", got["NO_PROXY"], got["JAVA_TOOL_OPTIONS"])
	}
}

func TestOver(t *testing.T) {
	got := appenv.Over([]string{"A=1", "PATH=/bin", "SECRET=x"}, []appenv.Variable{{"A", "2"}, {"B", "3"}}, "SECRET")
	if diff := cmp.Diff([]string{"PATH=/bin", "A=2", "B=3"}, got); diff != "" {
		t.Error(diff)
	}
}

// newCA returns a certificate in PEM.
func newCA(t *testing.T) []byte {
	t.Helper()
	ca, err := authority.Open(filepath.Join(t.TempDir(), "ca"), time.Now)
	must(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Root().Raw})
}

func TestFilesTrustAllThatWasTrusted(t *testing.T) {
	ours, system, own := newCA(t), newCA(t), newCA(t)
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "system.pem"), append(system, system...), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "own.pem"), own, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, ".wgetrc"), []byte("tries = 3"), 0o600))
	trust := appenv.Trust{CA: ours, System: filepath.Join(dir, "system.pem"), Home: dir, Env: environment(map[string]string{
		"NODE_EXTRA_CA_CERTS": filepath.Join(dir, "own.pem"), "SSL_CERT_FILE": filepath.Join(dir, "missing.pem"), "JAVA_HOME": dir,
	})}
	made, err := trust.Write(filepath.Join(dir, "trust"))
	must(t, err)
	for name, want := range map[string]string{
		"ca-bundle.pem": string(ours) + string(system) + string(own), "ca-extra.pem": string(ours) + string(own),
		"wgetrc": "tries = 3\n# Made by flagrante.\nca_certificate = " + filepath.Join(made, "ca-bundle.pem") + "\n",
	} {
		if diff := cmp.Diff(want, read(t, filepath.Join(made, name))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	stored, err := pkcs12.DecodeTrustStore([]byte(read(t, filepath.Join(made, "truststore.p12"))), "changeit")
	must(t, err)
	if diff := cmp.Diff([][]byte{der(t, ours), der(t, system), der(t, own)}, raws(stored)); diff != "" {
		t.Errorf("the store of Java: %s", diff)
	}
	again, err := trust.Write(filepath.Join(dir, "trust"))
	must(t, err)
	if again != made {
		t.Error("the same certificates got another folder")
	}
	trust.CA = newCA(t)
	other, err := trust.Write(filepath.Join(dir, "trust"))
	must(t, err)
	if other == made {
		t.Error("other certificates got the same folder")
	}
}

func der(t *testing.T, data []byte) []byte {
	t.Helper()
	block, _ := pem.Decode(data)
	return block.Bytes
}

func raws(certs []*x509.Certificate) [][]byte {
	var all [][]byte
	for _, c := range certs {
		all = append(all, c.Raw)
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	return string(data)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
