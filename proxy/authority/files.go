package authority

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The files of an authority, inside its folder.
const (
	CertFile = "ca.pem"
	KeyFile  = "ca.key"
)

// ErrFiles is returned when the files of an authority are there but can't be
// used. Its text says what to do.
var ErrFiles = errors.New("the certificate authority can't be used")

// Open reads the authority in the folder dir. When the folder does not exist,
// an authority is made there: the key readable by its owner alone. What exists
// is never overwritten.
func Open(dir string, now func() time.Time) (*Authority, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := create(dir, now()); err != nil {
			return nil, fmt.Errorf("make a certificate authority in %s: %w", dir, err)
		}
	}
	return load(dir, now)
}

// create writes both files into a folder beside dir and moves it there in one
// step: two processes that start at once end up with one authority, and a crash
// leaves all of it or nothing.
func create(dir string, now time.Time) (err error) {
	root, key, err := newRoot(now)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".new-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if err := writePEM(filepath.Join(temp, KeyFile), "PRIVATE KEY", der); err != nil {
		return err
	}
	if err := writePEM(filepath.Join(temp, CertFile), "CERTIFICATE", root.Raw); err != nil {
		return err
	}
	if err := os.Rename(temp, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

func load(dir string, now func() time.Time) (*Authority, error) {
	keyPath := filepath.Join(dir, KeyFile)
	key, err := loadKey(keyPath)
	if err != nil {
		return nil, unusable(dir, err)
	}
	root, err := loadCert(filepath.Join(dir, CertFile))
	if err != nil {
		return nil, unusable(dir, err)
	}
	if !key.PublicKey.Equal(root.PublicKey) {
		return nil, unusable(dir, errors.New("the key does not belong to the certificate"))
	}
	if !root.IsCA {
		return nil, unusable(dir, errors.New("the certificate is not one of an authority"))
	}
	if now().After(root.NotAfter) {
		return nil, unusable(dir, fmt.Errorf("the certificate ended on %s", root.NotAfter.Format(time.DateOnly)))
	}
	return newAuthority(root, key, now), nil
}

func unusable(dir string, cause error) error {
	return fmt.Errorf("%w: %s: %w; put the two files back, or move the folder away to have a new authority made, which the apps must then trust", ErrFiles, dir, cause)
}

func loadKey(path string) (*ecdsa.PrivateKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o): chmod 600 it", path, info.Mode().Perm())
	}
	der, err := readPEM(path, "PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%s holds no PKCS #8 key", path)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds a key that is not ECDSA", path)
	}
	return key, nil
}

func loadCert(path string) (*x509.Certificate, error) {
	der, err := readPEM(path, "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%s holds no certificate: %w", path, err)
	}
	return cert, nil
}

func readPEM(path, kind string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(data)
	if block == nil || block.Type != kind || len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("%s does not hold one PEM block of type %s", path, kind)
	}
	return block.Bytes, nil
}
