package doctor_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/doctor"
)

// remedies are what is said of all that is not good.
func remedies(findings []doctor.Finding) (lines []string) {
	for _, f := range findings {
		if f.Status != doctor.OK {
			lines = append(lines, fmt.Sprintf("%s %s %s → %s", f.Status, f.Check, f.Detail, f.Remedy))
		}
	}
	return lines
}

func TestFoldersAndTheirRemedies(t *testing.T) {
	dir := t.TempDir()
	made := func(name string, mode os.FileMode, files ...string) string {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(path, file)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(path, file), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(filepath.Join(path, file), mode); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := made("open", 0o600)
	if err := os.Chmod(open, 0o755); err != nil { //nolint:gosec // It is what is to be found.
		t.Fatal(err)
	}
	told := made("told", 0o640, "ca/ca.key", "flagrante.db")
	for path, want := range map[string][]string{
		filepath.Join(dir, "none"): {"info data not there yet → `flagrante serve` makes it"},
		file:                       {"fail data is no folder → name another one with --data"},
		filepath.Join(file, "in"):  {"fail data stat " + file + "/in: not a directory → name another folder with --data"},
		open:                       {"warn data others may look in (mode 0755) → chmod 700 '" + open + "'"},
		told: {
			"fail data others can read it (mode 0640) → chmod 600 '" + told + "/ca/ca.key'",
			"fail data others can read it (mode 0640) → chmod 600 '" + told + "/flagrante.db'",
		},
		made("good", 0o600, "mask-key", "desk-token"): nil,
	} {
		if diff := cmp.Diff(want, remedies(doctor.Folder(path))); diff != "" {
			t.Errorf("%s: -want +got\n%s", path, diff)
		}
	}
}

func TestProxyVariablesAndTheirRemedies(t *testing.T) {
	const proxy, shell = "127.0.0.1:8790", `eval "$(flagrante env)"`
	for name, try := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"none": {nil, []string{"info variables not set in this shell → `flagrante run -- CMD` sets it for one command, " + shell + " for the shell"}},
		"ours": {map[string]string{"HTTPS_PROXY": "http://" + proxy, "https_proxy": "http://" + proxy}, nil},
		"of others, with a password": {map[string]string{"https_proxy": "http://ana:senha@proxy.example:3128"},
			[]string{"info variables leads to proxy.example:3128, not to flagrante; flagrante itself goes that way → " + shell + " leads apps of this shell to flagrante"}},
		"two": {map[string]string{"HTTP_PROXY": "http://a.example", "http_proxy": "http://b.example"},
			[]string{"warn variables HTTP_PROXY and http_proxy differ; programs read one or the other → set both alike: " + shell}},
		"nothing through it": {map[string]string{"ALL_PROXY": "http://" + proxy, "no_proxy": "*"},
			[]string{"fail variables all hosts are reached directly; no app uses a proxy → unset NO_PROXY no_proxy"}},
		"some past it": {map[string]string{"ALL_PROXY": "http://" + proxy, "NO_PROXY": "localhost"}, []string{"info variables reached directly: localhost → "}},
	} {
		env := func(name string) (string, bool) { value, ok := try.env[name]; return value, ok }
		if diff := cmp.Diff(try.want, remedies(doctor.Variables(env, proxy))); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestAPortThatIsTakenAndItsRemedy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	taken := doctor.Address("desk", addr)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	want := doctor.Finding{
		Check: "ports", Subject: "desk", Status: doctor.Fail, Detail: "listen tcp " + addr + ": bind: address already in use",
		Remedy: "end what listens there, or choose another address with --desk HOST:PORT",
	}
	if diff := cmp.Diff(want, taken); diff != "" {
		t.Error(diff)
	}
	if free := doctor.Address("desk", addr); free.Status != doctor.OK || free.Remedy != "" {
		t.Errorf("a free one: %+v", free)
	}
}

func TestDisksAndTheirRemedies(t *testing.T) {
	const remedy = "make room, or name a folder on another disk with --data; when it is full, failures are lost"
	for free, want := range map[uint64]doctor.Finding{
		1 << 30:     {Check: "disk", Subject: "d", Status: doctor.OK, Detail: "1024 MiB free"},
		1<<30 - 1:   {Check: "disk", Subject: "d", Status: doctor.Warn, Detail: "1023 MiB free", Remedy: remedy},
		100 << 20:   {Check: "disk", Subject: "d", Status: doctor.Warn, Detail: "100 MiB free", Remedy: remedy},
		100<<20 - 1: {Check: "disk", Subject: "d", Status: doctor.Fail, Detail: "99 MiB free", Remedy: remedy},
		0:           {Check: "disk", Subject: "d", Status: doctor.Fail, Detail: "0 MiB free", Remedy: remedy},
	} {
		if diff := cmp.Diff(want, doctor.Space("d", free)); diff != "" {
			t.Errorf("%d bytes: -want +got\n%s", free, diff)
		}
	}
	// A folder that is yet to be made is on the disk of the one above it.
	if f := doctor.Disk(filepath.Join(t.TempDir(), "a", "b")); f.Subject == "" || f.Detail == "" || f.Check != "disk" {
		t.Errorf("a folder that is not there: %+v", f)
	}
	if f := doctor.Disk("/dev/null/a"); f.Status != doctor.Warn || f.Remedy != "look at the disk with df" {
		t.Errorf("a folder that can't be: %+v", f)
	}
}
