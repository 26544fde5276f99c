package upstream

import (
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
// does: SSL_CERT_FILE and SSL_CERT_DIR name others. It reads them anew each time.
func SystemRoots(env func(string) (string, bool)) (*Roots, error) {
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
	if err != nil && len(r.roots.bySubject) == 0 {
		return nil, err
	}
	return r.roots, nil
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
			if name == read || entry.Type()&fs.ModeSymlink != 0 && isDigest(entry.Name()) && staysIn(name) {
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

// isDigest reports that a name is one by which OpenSSL looks certificates up, as in 0a775a30.0: each is a
// link to a file beside it. Other links are rarely that, and to ask costs as much as to open the file.
func isDigest(name string) bool {
	digest, number, ok := strings.Cut(name, ".")
	return ok && len(digest) == 8 && strings.Trim(digest, "0123456789abcdef") == "" && strings.Trim(number, "0123456789") == ""
}

// staysIn reports that a link leads to a file of its own folder, which is read anyway.
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
		room := buffer[len(buffer):cap(buffer)]
		n, err := again(func() (int, error) { return unix.Read(file, room) })
		if err != nil {
			return buffer, err
		}
		buffer = buffer[:len(buffer)+n]
		// Of a file less is read than there is room for at its end alone (read(2)).
		if n < len(room) {
			return buffer, nil
		}
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
