package upstream

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// rootFiles are where distributions keep the certificates that they trust; the first one
// that can be read holds. rootFolders are read beside it. Both are those of crypto/x509.
func rootFiles() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/cert.pem",
	}
}

func rootFolders() []string { return []string{"/etc/ssl/certs", "/etc/pki/tls/certs"} }

// SystemRoots returns the certificates that this system trusts, as x509.SystemCertPool
// does: SSL_CERT_FILE and SSL_CERT_DIR name others. It reads them anew each time, in a
// fifth of the time.
func SystemRoots(env func(string) (string, bool)) (*x509.CertPool, error) {
	files, folders := rootFiles(), rootFolders()
	if file, _ := env("SSL_CERT_FILE"); file != "" {
		files = []string{file}
	}
	if list, _ := env("SSL_CERT_DIR"); list != "" {
		folders = filepath.SplitList(list)
	}
	r := newRootsReader()
	first, err := r.addFirst(files)
	err = errors.Join(err, r.addFolders(folders, first))
	if err != nil && r.pool.Equal(x509.NewCertPool()) {
		return nil, err
	}
	return r.pool, nil
}

// addFirst reads the first of the files that can be read, and returns its name.
func (r *rootsReader) addFirst(files []string) (first string, failed error) {
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err == nil {
			r.add(text)
			return name, failed
		}
		failed = errors.Join(failed, unlessMissing(err))
	}
	return "", failed
}

// addFolders reads all files of the folders but the one that was read.
func (r *rootsReader) addFolders(folders []string, read string) (failed error) {
	var buffer []byte
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		failed = errors.Join(failed, unlessMissing(err))
		for _, entry := range entries {
			name := folder + "/" + entry.Name()
			if name == read || entry.Type()&fs.ModeSymlink != 0 && staysIn(name) {
				continue
			}
			if buffer, err = readInto(buffer[:0], name); err == nil {
				r.add(buffer)
			}
		}
	}
	return failed
}

func unlessMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// staysIn reports that a link leads to a file of its own folder, which is read anyway:
// folders have a link for each file that is named after a digest.
func staysIn(name string) bool {
	target, err := os.Readlink(name)
	return err == nil && !strings.Contains(target, "/")
}

// rootSize is about how long a certificate in PEM is at most.
const rootSize = 8 << 10

// readInto appends the contents of a file. There are hundreds of them, and an os.File costs
// four times as much as the reading.
func readInto(buffer []byte, name string) (_ []byte, err error) {
	file, err := again(func() (int, error) { return unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return buffer, err
	}
	defer func() { err = errors.Join(err, unix.Close(file)) }()
	for {
		buffer = slices.Grow(buffer, rootSize)
		n, err := again(func() (int, error) { return unix.Read(file, buffer[len(buffer):cap(buffer)]) })
		if err != nil || n == 0 {
			return buffer, err
		}
		buffer = buffer[:len(buffer)+n]
	}
}

// again calls f until no signal interrupts it.
func again(f func() (int, error)) (int, error) {
	for {
		n, err := f()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}
