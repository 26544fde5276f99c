package datadir

import (
	"errors"
	"syscall"

	"flagrante/cmd/flagrante/internal/hinted"
)

// Unusable says what to do where the system, and not what a file holds, keeps from using
// the data folder dir: no rights, no space, a disk that is read only. Other errors, and those
// that say what to do, stay as they are.
func Unusable(dir string, err error) error {
	var no syscall.Errno
	var said *hinted.Error
	if err == nil || errors.As(err, &said) || !errors.As(err, &no) {
		return err
	}
	return hinted.New(err, "check that "+dir+" is a folder that you may write to, with space left; or name another one with --data")
}
