// Package users knows who may use the desk: names, roles, and what tells a right
// password from a wrong one.
package users

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Role is what a user may do. Each role may do all that the ones before it may.
type Role int

// The roles.
const (
	// Viewer reads.
	Viewer Role = iota
	// Reviewer also changes drafts and sends them.
	Reviewer
	// Admin also changes how the installation works.
	Admin
)

// roleNames are the roles as the file has them, in their order.
func roleNames() []string { return []string{"viewer", "reviewer", "admin"} }

// String returns the name of a role.
func (r Role) String() string { return roleNames()[r] }

// ParseRole reads the name of a role.
func ParseRole(name string) (Role, error) {
	for i, known := range roleNames() {
		if name == known {
			return Role(i), nil
		}
	}
	return 0, fmt.Errorf("there is no role %q: write %s", name, strings.Join(roleNames(), ", "))
}

// User is one of those who may use the desk.
type User struct {
	Name string
	Role Role
	hash hash
}

// Mark is a digest that changes when the role or the password of a user does.
func (u User) Mark() string {
	sum := sha256.Sum256([]byte(u.Name + "\n" + u.Role.String() + "\n" + u.hash.String()))
	return hex.EncodeToString(sum[:])
}

// Users are all users of a file. It is safe for use by many goroutines.
type Users struct {
	byName map[string]User
	// nobody is compared with when a name is not known, so that the time of an answer
	// does not tell which names are.
	nobody hash
	// slots bound how many passwords are looked at at the same time: each needs the
	// memory that its hash asks for.
	slots chan struct{}
}

// atOnce is how many passwords are looked at at the same time.
const atOnce = 2

// Parse reads a users file: one user a line, as Line writes it; lines that begin
// with "#" are remarks. Errors name the line and never what stands in it.
func Parse(r io.Reader) (*Users, error) {
	all := &Users{byName: map[string]User{}, slots: make(chan struct{}, atOnce)}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		u, err := parseLine(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if _, twice := all.byName[u.Name]; twice {
			return nil, fmt.Errorf("line %d: the name was in a line before", n)
		}
		all.byName[u.Name] = u
		all.nobody = u.hash
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the users: %w", err)
	}
	if len(all.byName) == 0 {
		return nil, errors.New("there is no user in it")
	}
	return all, nil
}

func parseLine(text string) (User, error) {
	parts := strings.Fields(text)
	if len(parts) != 3 {
		return User{}, errors.New("write NAME ROLE HASH")
	}
	if err := checkName(parts[0]); err != nil {
		return User{}, err
	}
	role, err := ParseRole(parts[1])
	if err != nil {
		return User{}, err
	}
	h, err := parseHash(parts[2])
	return User{Name: parts[0], Role: role, hash: h}, err
}

// MaxName is the greatest length of a name, in characters.
const MaxName = 64

// checkName allows what is read as one word in logs, histories and tickets.
func checkName(name string) error {
	strange := strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@+", r)
	})
	if name == "" || strange || !utf8.ValidString(name) || utf8.RuneCountInString(name) > MaxName {
		return errors.New("a name is one word of up to 64 letters, digits and . _ - @ +")
	}
	return nil
}

// Find returns the user of a name.
func (u *Users) Find(name string) (User, bool) {
	found, ok := u.byName[name]
	return found, ok
}

// Check returns the user of a name when the password is the right one. It takes as
// long, and as much memory, as the hash of the password asks for.
func (u *Users) Check(name, password string) (User, bool) {
	u.slots <- struct{}{}
	defer func() { <-u.slots }()
	found, known := u.byName[name]
	if !known {
		u.nobody.fits(password)
		return User{}, false
	}
	return found, found.hash.fits(password)
}

// minPassword is the least length of a password, in characters.
const minPassword = 10

// Line returns the line of a user in the file. The salt is 16 random bytes.
func Line(name string, role Role, password string, salt []byte) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	if utf8.RuneCountInString(password) < minPassword {
		return "", fmt.Errorf("the password has fewer than %d characters", minPassword)
	}
	return name + " " + role.String() + " " + newHash(password, salt).String(), nil
}
