// Package doctor looks for what keeps flagrante from working on a machine. Every
// finding that is not good says what to do.
package doctor

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Status is how a check went.
type Status string

// The statuses. Info is neither good nor bad.
const (
	OK   Status = "ok"
	Info Status = "info"
	Warn Status = "warn"
	Fail Status = "fail"
)

// Finding is what one check found.
type Finding struct {
	// Check is the name of the check, Subject what it looked at.
	Check   string `json:"check"`
	Subject string `json:"subject"`
	Status  Status `json:"status"`
	Detail  string `json:"detail"`
	// Remedy says what to do; it is empty for what is good.
	Remedy string `json:"remedy,omitempty"`
}

// Failed reports whether one of the findings is a failure.
func Failed(findings []Finding) bool {
	for _, f := range findings {
		if f.Status == Fail {
			return true
		}
	}
	return false
}

// Folder looks at the data folder and the files in it that hold secrets.
func Folder(dir string) []Finding {
	f := Finding{Check: "data", Subject: dir, Status: OK, Detail: "for its owner alone, and can be written"}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []Finding{missing(dir, unix.Access)}
	case err != nil:
		f.Status, f.Detail, f.Remedy = Fail, err.Error(), "name another folder with --data"
		return []Finding{f}
	case !info.IsDir():
		f.Status, f.Detail, f.Remedy = Fail, "is no folder", "name another one with --data"
		return []Finding{f}
	}
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		f.Status, f.Detail, f.Remedy = Fail, "can't be written: "+err.Error(), "name another folder with --data, or change its owner"
	} else if info.Mode().Perm()&0o077 != 0 {
		f.Status, f.Detail, f.Remedy = Warn, fmt.Sprintf("others may look in (mode %04o)", info.Mode().Perm()), "chmod 700 '"+dir+"'"
	}
	return append([]Finding{f}, secrets(dir)...)
}

// missing judges whether a data folder can be made that is not there.
func missing(dir string, access func(path string, mode uint32) error) Finding {
	f := Finding{Check: "data", Subject: dir, Status: Info, Detail: "not there yet", Remedy: "`flagrante serve` makes it"}
	above := filepath.Dir(dir)
	err := access(above, unix.W_OK|unix.X_OK)
	for errors.Is(err, fs.ErrNotExist) && above != filepath.Dir(above) {
		above = filepath.Dir(above)
		err = access(above, unix.W_OK|unix.X_OK)
	}
	if err != nil {
		f.Status, f.Detail, f.Remedy = Fail, fmt.Sprintf("not there, and can't be made in %s: %v", above, err), "name another folder with --data, or change the owner of that one"
	}
	return f
}

func secrets(dir string) []Finding {
	var all []Finding
	for _, name := range []string{"ca/ca.key", "desk-token", "mask-key", "flagrante.db", "journal.db", "serve.json"} {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
			all = append(all, Finding{
				Check: "data", Subject: path, Status: Fail, Detail: fmt.Sprintf("others can read it (mode %04o)", info.Mode().Perm()),
				Remedy: "chmod 600 '" + path + "'",
			})
		}
	}
	return all
}

// The free space under which a disk is nearly full, and full, in bytes.
const (
	diskLow  = 1 << 30
	diskFull = 100 << 20
)

// Disk looks at the space that is left for dir, or for the nearest folder above it.
func Disk(dir string) Finding {
	var s unix.Statfs_t
	err := unix.Statfs(dir, &s)
	for up := dir; errors.Is(err, fs.ErrNotExist) && up != filepath.Dir(up); {
		up = filepath.Dir(up)
		err = unix.Statfs(up, &s)
	}
	if err != nil {
		return Finding{Check: "disk", Subject: dir, Status: Warn, Detail: err.Error(), Remedy: "look at the disk with df"}
	}
	return Space(dir, s.Bavail*uint64(s.Bsize)) //nolint:gosec // The size of a block is positive, and its type another one elsewhere.
}

// Space judges the bytes that are free on the disk of dir.
func Space(dir string, free uint64) Finding {
	f := Finding{Check: "disk", Subject: dir, Status: OK, Detail: fmt.Sprintf("%d MiB free", free>>20)}
	if free < diskLow {
		f.Status, f.Remedy = Warn, "make room, or name a folder on another disk with --data; when it is full, failures are lost"
	}
	if free < diskFull {
		f.Status = Fail
	}
	return f
}

// Variables looks at the proxy variables of this environment.
func Variables(env func(string) (string, bool), proxy string) []Finding {
	var all []Finding
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		upper, hasUpper := env(name)
		lower, hasLower := env(strings.ToLower(name))
		value := upper
		if lower != "" {
			value = lower
		}
		if !hasUpper && !hasLower {
			continue
		}
		f := Finding{Check: "variables", Subject: name, Status: OK, Detail: "leads apps to " + place(value)}
		switch {
		case hasUpper && hasLower && upper != lower:
			f.Status, f.Detail = Warn, fmt.Sprintf("%s and %s differ; programs read one or the other", name, strings.ToLower(name))
			f.Remedy = "set both alike: eval \"$(flagrante env)\""
		case place(value) != proxy && value != "":
			f.Status, f.Detail = Info, "leads to "+place(value)+", not to flagrante; flagrante itself goes that way"
			f.Remedy = "eval \"$(flagrante env)\" leads apps of this shell to flagrante"
		}
		all = append(all, f)
	}
	if len(all) == 0 {
		all = append(all, Finding{
			Check: "variables", Subject: "HTTPS_PROXY", Status: Info, Detail: "not set in this shell",
			Remedy: "`flagrante run -- CMD` sets it for one command, eval \"$(flagrante env)\" for the shell",
		})
	}
	return append(all, exceptions(env)...)
}

func exceptions(env func(string) (string, bool)) []Finding {
	value, ok := env("NO_PROXY")
	if lower, has := env("no_proxy"); has {
		value, ok = lower, true
	}
	f := Finding{Check: "variables", Subject: "NO_PROXY", Status: Info, Detail: "reached directly: " + value}
	switch {
	case !ok || value == "":
		return nil
	case value == "*":
		f.Status, f.Detail, f.Remedy = Fail, "all hosts are reached directly; no app uses a proxy", "unset NO_PROXY no_proxy"
	}
	return []Finding{f}
}

// place returns host and port of a proxy; a password stays out of sight.
func place(value string) string {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		return value[strings.LastIndexByte(value, '@')+1:]
	}
	return u.Host
}

// Address looks whether flagrante could listen there.
func Address(what, addr string) Finding {
	f := Finding{Check: "ports", Subject: what, Status: OK, Detail: addr + " is free"}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		f.Status, f.Detail = Fail, err.Error()
		f.Remedy = fmt.Sprintf("end what listens there, or choose another address with --%s HOST:PORT", what)
		return f
	}
	if err := l.Close(); err != nil {
		f.Status, f.Detail, f.Remedy = Warn, err.Error(), "try it again"
	}
	return f
}

// trusts reports whether a file of certificates holds one.
func trusts(file string, ca *x509.Certificate) bool {
	data, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return false
	}
	_, err = ca.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}
