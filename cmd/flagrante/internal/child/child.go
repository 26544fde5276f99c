// Package child runs a command as if it had been started directly: it has the
// terminal, gets every signal once, and its end is what is returned.
package child

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Exit codes of a command that could not be started, as shells have them.
const (
	CodeNotExecutable = 126
	CodeNotFound      = 127
	// codeSignal is added to the number of the signal that ended a command.
	codeSignal = 128
)

// Run starts args with an environment, and the standard streams of this process.
// It returns the command's exit code, or 128 and the number of the signal that
// ended it. Signals to this process are passed on until then.
func Run(args, environ []string, streams [3]*os.File) (code int, err error) {
	cmd := exec.Command(args[0], args[1:]...) //nolint:noctx // It ends by itself or by a signal.
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environ, streams[0], streams[1], streams[2]
	typed := typesSignals()
	cmd.SysProcAttr = attributes(typed)
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, passed()...)
	defer signal.Stop(signals)
	ended := make(chan error, 1)
	started := make(chan error, 1)
	go func() {
		// The kernel ends the command with the thread that started it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			ended <- cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return failedStart(args[0], err)
	}
	for {
		select {
		case s := <-signals:
			pass(cmd.Process.Pid, s, typed)
		case err := <-ended:
			return result(err)
		}
	}
}

func failedStart(name string, err error) (int, error) {
	code := CodeNotExecutable
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		code = CodeNotFound
	}
	return code, fmt.Errorf("start %s: %w", name, err)
}

func result(err error) (int, error) {
	exit := (*exec.ExitError)(nil)
	if err == nil || !errors.As(err, &exit) {
		return 0, err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return codeSignal + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}

// passed are the signals that mean the command.
func passed() []os.Signal {
	return []os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGUSR1, unix.SIGUSR2, unix.SIGWINCH, unix.SIGCONT}
}

// pass sends a signal on. What is typed at a terminal has reached the command
// already, which is in the same foreground group; else it has a group of its own.
func pass(pid int, s os.Signal, typed bool) {
	number, ok := s.(syscall.Signal)
	if !ok {
		return
	}
	if !typed {
		pid = -pid
	} else if number == unix.SIGINT || number == unix.SIGQUIT || number == unix.SIGWINCH || number == unix.SIGCONT {
		return
	}
	_ = unix.Kill(pid, number) // It may have ended just now.
}

// typesSignals reports whether this process is in the foreground of a terminal: it
// then gets the signals that are typed there.
func typesSignals() bool {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
