package users

import (
	"bytes"
	"strings"
	"testing"
)

// line is that of a user whose password is NAME and "-password".
func line(t *testing.T, name string, role Role) string {
	t.Helper()
	text, err := Line(name, role, name+"-password", bytes.Repeat([]byte{7}, 16))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAPasswordOpensOnlyItsOwnUser(t *testing.T) {
	all, err := Parse(strings.NewReader("# the team\n\n" + line(t, "ana", Reviewer) + "\n  " + line(t, "Zoë", Viewer) + "  \r\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, password string
		ok             bool
	}{
		{"ana", "ana-password", true}, {"Zoë", "Zoë-password", true},
		{"ana", "Zoë-password", false}, {"Ana", "ana-password", false}, {"ana", "", false}, {"", "", false}, {"eve", "ana-password", false},
	} {
		u, ok := all.Check(c.name, c.password)
		if ok != c.ok || ok && u.Name != c.name {
			t.Errorf("%s with %q: %v %v", c.name, c.password, u, ok)
		}
	}
	if u, ok := all.Find("ana"); !ok || u.Role != Reviewer {
		t.Errorf("found %v", u)
	}
}

// TestAHashOfAnotherProgram is made with the reference implementation of Argon2:
// `echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32 -e`, whose
// README prints the result.
func TestAHashOfAnotherProgram(t *testing.T) {
	h, err := parseHash("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	if err != nil {
		t.Fatal(err)
	}
	if !h.fits("password") || h.fits("differentpassword") {
		t.Error("it does not tell the passwords apart")
	}
}

func TestTheMarkFollowsRoleAndPassword(t *testing.T) {
	marks := map[string]bool{}
	for _, text := range []string{line(t, "ana", Viewer), line(t, "ana", Admin), line(t, "eva", Viewer), strings.Replace(line(t, "ana", Viewer), "t=2", "t=3", 1)} {
		u, err := parseLine(text)
		if err != nil {
			t.Fatal(err)
		}
		marks[u.Mark()] = true
	}
	if len(marks) != 4 {
		t.Errorf("%d marks, want 4", len(marks))
	}
}

func TestBadFilesAreRefusedByTheirLine(t *testing.T) {
	good := line(t, "ana", Admin)
	for _, c := range []struct{ name, text, want string }{
		{"empty", "# nobody\n", "no user"},
		{"a password in place of the hash", "ana admin s3cret-password", "line 1: the hash"},
		{"no role", good + "\nbob " + strings.Fields(good)[2], "line 2: write NAME ROLE HASH"},
		{"another role", strings.Replace(good, "admin", "root", 1), `no role "root": write viewer, reviewer, admin`},
		{"twice", good + "\n" + good, "line 2: the name"},
		{"a name that is none", strings.Replace(good, "ana", "a,b", 1), "line 1: a name"},
		{"another function", strings.Replace(good, "argon2id", "argon2i", 1), "line 1: the hash"},
		{"too dear", strings.Replace(good, "m=19456", "m=99999999", 1), "asks for more"},
		{"no passes", strings.Replace(good, "t=2", "t=0", 1), "asks for more"},
		{"a short key", good[:len(good)-30], "line 1: the hash"},
	} {
		_, err := Parse(strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the error repeats what stands there: %v", c.name, err)
		}
	}
}

func TestLinesAreCheckedBeforeTheyAreWritten(t *testing.T) {
	for _, c := range []struct{ name, password string }{{"a b", "long enough!"}, {"", "long enough!"}, {"ana", "short"}} {
		if got, err := Line(c.name, Viewer, c.password, make([]byte, 16)); err == nil {
			t.Errorf("%q %q: %s", c.name, c.password, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("ana admin $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		for name, u := range all.byName {
			if again, err := parseLine(name + " " + u.Role.String() + " " + u.hash.String()); err != nil || again.Mark() != u.Mark() {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}
