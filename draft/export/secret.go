package export

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Secret says where a token or password is. One of the three is given; the secret
// itself never is.
type Secret struct {
	// Env is the name of an environment variable, File the path of a file, Keyring
	// "SERVICE/USER" in the keyring of the operating system.
	Env     string `yaml:"env"`
	File    string `yaml:"file"`
	Keyring string `yaml:"keyring"`
}

func (s Secret) check() error {
	given := 0
	for _, place := range []string{s.Env, s.File, s.Keyring} {
		if place != "" {
			given++
		}
	}
	if service, user, ok := strings.Cut(s.Keyring, "/"); s.Keyring != "" && (!ok || service == "" || user == "") {
		return errors.New("a place in the keyring is written SERVICE/USER")
	}
	if given != 1 {
		return errors.New("give one of an environment variable, a file, and a place in the keyring")
	}
	return nil
}

// Sources look secrets up.
type Sources struct {
	// Env looks up an environment variable, as os.LookupEnv does.
	Env func(name string) (string, bool)
	// Keyring asks the operating system's; nil where there is none.
	Keyring func(service, user string) (string, error)
}

// read returns the secret. Its errors never hold any part of it.
func (s Secret) read(from Sources) (string, error) {
	value, err := s.find(from)
	if err != nil {
		return "", err
	}
	value = strings.TrimSpace(value)
	if value == "" {
		return "", fmt.Errorf("%s is empty or not set", s.place())
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "", fmt.Errorf("%s holds characters that no token has", s.place())
	}
	return value, nil
}

func (s Secret) find(from Sources) (string, error) {
	switch {
	case s.Env != "":
		if value, ok := from.Env(s.Env); ok {
			return value, nil
		}
		return "", nil
	case s.File != "":
		data, err := os.ReadFile(s.File)
		return string(data), err
	}
	if from.Keyring == nil {
		return "", fmt.Errorf("%s can't be read: this system has no keyring", s.place())
	}
	service, user, _ := strings.Cut(s.Keyring, "/")
	value, err := from.Keyring(service, user)
	if err != nil {
		return "", fmt.Errorf("%s can't be read: %w", s.place(), err)
	}
	return value, nil
}

// place says where the secret comes from.
func (s Secret) place() string {
	switch {
	case s.Env != "":
		return "the environment variable " + s.Env
	case s.File != "":
		return "the file " + s.File
	}
	return "the keyring at " + s.Keyring
}
