package child

import "syscall"

// attributes puts a command into a group of its own where no terminal's is shared,
// and ends it with this process, however that ends.
func attributes(typed bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: !typed, Pdeathsig: syscall.SIGTERM}
}
