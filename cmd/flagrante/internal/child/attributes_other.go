//go:build !linux

package child

import "syscall"

// attributes puts a command into a group of its own where no terminal's is shared.
func attributes(typed bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: !typed} }
