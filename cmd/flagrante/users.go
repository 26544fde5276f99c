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

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
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
func (u *userLineCmd) Run(w world.World) error {
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
		return hinted.New(fmt.Errorf("make the line of %q: %w", u.Name, err), "choose another one")
	}
	_, err = fmt.Fprintln(w.Out, line)
	return err
}

// askPassword reads a line; what is typed at a terminal is not shown.
func askPassword(w world.World) (string, error) {
	if f, ok := w.In.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(w.Err, "password: ")
		typed, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(w.Err)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return string(typed), nil
	}
	line, err := bufio.NewReader(w.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
