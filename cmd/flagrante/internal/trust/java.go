package trust

import (
	"bytes"
	"context"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
	"software.sslmate.com/src/go-pkcs12"
)

// JavaPassword is the one that every Java comes with for its store of certificates, which holds
// nothing secret.
const JavaPassword = "changeit"

// java is the store that comes with a Java.
type java struct {
	certificate   Certificate
	machine       Machine
	home, keytool string
}

// javaStores finds those of all Javas in the usual places. Several may share a
// store.
func javaStores(m Machine, c Certificate) []Store {
	homes := []string{m.JavaHome}
	for _, pattern := range []string{"/usr/lib/jvm/*", "/usr/java/*", "/opt/java/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home"} {
		found, err := filepath.Glob(filepath.Join(m.Root, pattern))
		if err != nil {
			continue
		}
		homes = append(homes, found...)
	}
	var all []Store
	var seen []string
	for _, home := range homes {
		j := &java{certificate: c, machine: m, home: home, keytool: filepath.Join(home, "bin", "keytool")}
		target, err := filepath.EvalSymlinks(j.file())
		if _, toolErr := os.Stat(j.keytool); home == "" || err != nil || toolErr != nil || slices.Contains(seen, target) {
			continue
		}
		seen = append(seen, target)
		all = append(all, j)
	}
	return all
}

func (j *java) Kind() string { return "java" }
func (j *java) Name() string { return j.file() }

func (j *java) file() string { return filepath.Join(j.home, "lib", "security", "cacerts") }

// arguments are those of keytool for this store and this name in it.
func (j *java) arguments(alias string, words ...string) []string {
	return append(words, "-keystore", j.file(), "-storepass", JavaPassword, "-alias", alias)
}

func (j *java) State(ctx context.Context) (State, string) {
	if _, err := exec.LookPath(j.keytool); err != nil {
		return Absent, "install the JDK of this Java"
	}
	// All of it: the certificate may have come with those of the system. To start a Java for that
	// takes a second, so it is asked where the file is of a form that it alone reads.
	list := j.list()
	if len(list) == 0 {
		var err error
		if list, err = run(ctx, j.keytool, "-list", "-rfc", "-keystore", j.file(), "-storepass", JavaPassword); err != nil {
			return NotTrusted, ""
		}
	}
	return j.certificate.holds(list), ""
}

func (j *java) Install(ctx context.Context) []Step {
	if state, _ := j.State(ctx); state == Trusted || state == Absent {
		return nil
	}
	return []Step{command(j.needs(), j.keytool, j.arguments(j.certificate.alias(), "-importcert", "-noprompt", "-trustcacerts", "-file", j.certificate.File)...)}
}

// Uninstall takes out what Install put in, and what Debian's tool brought along with
// the store of the system: that stays behind when the system's own is taken out.
func (j *java) Uninstall(ctx context.Context) []Step {
	var steps []Step
	for _, alias := range []string{j.certificate.alias(), "debian:" + j.certificate.alias() + ".pem"} {
		if _, err := run(ctx, j.keytool, j.arguments(alias, "-exportcert", "-rfc")...); err == nil {
			steps = append(steps, command(j.needs(), j.keytool, j.arguments(alias, "-delete")...))
		}
	}
	return steps
}

func (j *java) needs() string { return j.machine.mayWrite(j.file()) }

func (j *java) list() []byte {
	store, err := os.ReadFile(j.file())
	if err != nil {
		return nil
	}
	return JavaCertificates(store)
}

// JavaCertificates reads a store of Java, PKCS#12 or the older JKS, into PEM. Of one that can't be
// read it returns nothing.
func JavaCertificates(store []byte) []byte {
	var out bytes.Buffer
	add := func(der []byte) { _ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: der}) } // A buffer takes everything.
	for _, password := range []string{JavaPassword, ""} {
		if certs, err := pkcs12.DecodeTrustStore(store, password); err == nil {
			for _, cert := range certs {
				add(cert.Raw)
			}
			return out.Bytes()
		}
	}
	old := keystore.New(keystore.WithOrderedAliases())
	if err := old.Load(bytes.NewReader(store), []byte(JavaPassword)); err != nil {
		return nil
	}
	for _, alias := range old.Aliases() {
		if entry, err := old.GetTrustedCertificateEntry(alias); err == nil {
			add(entry.Certificate.Content)
		}
	}
	return out.Bytes()
}
