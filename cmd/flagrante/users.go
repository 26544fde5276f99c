package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"flagrante/draft/desk/users"
)

// usersCmd is about those who use the desk with a password.
type usersCmd struct {
	Line userLineCmd `cmd:"" help:"Print the line of a user for the users file; the password comes from the standard input."`
}

// userLineCmd makes a line of the users file.
type userLineCmd struct {
	Name string `arg:"" help:"Name of the user, as it stands in histories and receipts."`
	Role string `help:"What the user may do: viewer reads, reviewer changes and sends drafts, admin also changes how flagrante works." default:"reviewer" enum:"viewer,reviewer,admin"`
}

// Help shows how it is used.
func (*userLineCmd) Help() string {
	return `Examples:
  flagrante users line ana >> users
  pass show desk/ana | flagrante users line ana --role admin >> users`
}

// saltSize is that of new hashes, in bytes (RFC 9106, section 3.1).
const saltSize = 16

// Run reads the password and prints the line, in which only its hash stands.
func (u *userLineCmd) Run(w world) error {
	role, err := users.ParseRole(u.Role)
	if err != nil {
		return err
	}
	password, err := askPassword(w)
	if err != nil {
		return err
	}
	salt := make([]byte, saltSize)
	// It never fails (crypto/rand).
	_, _ = rand.Read(salt)
	line, err := users.Line(u.Name, role, password, salt)
	if err != nil {
		return &hinted{fmt.Errorf("make the line of %q: %w", u.Name, err), "choose another one"}
	}
	_, err = fmt.Fprintln(w.out, line)
	return err
}

// askPassword reads a line; what is typed at a terminal is not shown.
func askPassword(w world) (string, error) {
	if f, ok := w.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(w.err, "password: ")
		typed, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(w.err)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return string(typed), nil
	}
	line, err := bufio.NewReader(w.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// deskUsers reads the users file of the configuration, nil where it names none.
func (c config) deskUsers() (*users.Users, error) {
	path := c.Desk.Users
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &hinted{fmt.Errorf("desk.users: %w", err), "`flagrante users line NAME` makes its lines"}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("desk.users: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, &hinted{fmt.Errorf("desk.users: %s is open to everybody on this machine (mode %04o)", path, info.Mode().Perm()), "chmod 600 it"}
	}
	all, err := users.Parse(f)
	if err != nil {
		return nil, &hinted{fmt.Errorf("desk.users: %s: %w", path, err), "`flagrante users line NAME --role reviewer` makes a line"}
	}
	return all, nil
}
