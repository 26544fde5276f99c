package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// layers are the top-level folders with code, lowest first: a folder imports
// itself and those before it.
func layers() []string { return []string{"proxy", "capture", "draft", "cmd"} }

// pure lists the packages that only turn values into values.
func pure() []string {
	return []string{
		"capture", "capture/contract", "capture/curl", "capture/decode", "capture/document", "capture/expose", "capture/extract", "capture/filter", "capture/fingerprint", "capture/flight", "capture/judge", "capture/redact", "capture/retry", "capture/traffic", "capture/redact/detect", "capture/redact/mask",
		"draft", "draft/checklist", "draft/compose", "draft/lines", "draft/profile", "draft/suggest", "draft/template", "draft/text", "draft/words",
	}
}

// guarded says which files may import what, by the beginnings of their paths.
func guarded() map[string][]string {
	return map[string][]string{
		"github.com/elazarl/goproxy":    {"proxy/server/front.go"},
		"github.com/mattn/go-sqlite3":   {"capture/store/"},
		"github.com/jackc/pgx":          {"capture/store/"},
		"github.com/oschwald/geoip2":    {"capture/locate/", "cmd/geodata/"},
		"github.com/oschwald/maxminddb": {"capture/locate/", "cmd/geodata/"},
		"github.com/maxmind/mmdbwriter": {"cmd/geodata/"},
		"github.com/getkin/kin-openapi": {"capture/contract/", "draft/desk/"},
		"github.com/mileusna/useragent": {"draft/device/"},
		"github.com/alecthomas/kong":    {"cmd/"},
		"github.com/spf13/viper":        {"draft/gate/"},
		"github.com/zricethezav":        {"draft/gate/"},
		"flag":                          {"cmd/"},
		"database/sql":                  {"capture/store/", "draft/lifecycle/", "draft/outbox/", "draft/views/"},
		"flagrante/draft/desk":          {"draft/desk/", "cmd/"},
		"flagrante/draft/export":        {"draft/export/", "draft/outbox/", "draft/desk/", "cmd/"},
		"flagrante/draft/lifecycle":     {"draft/lifecycle/", "draft/drafttest/", "draft/outbox/", "draft/desk/", "cmd/"},
		"flagrante/draft/outbox":        {"draft/outbox/", "draft/desk/", "cmd/"},
		"github.com/wneessen/go-mail":   {"draft/export/"},
		"github.com/zalando/go-keyring": {"cmd/"},
		"go.opentelemetry.io":           {"cmd/flagrante/internal/tracing/"},
	}
}

// ambient are the ways to what only cmd may ask for: the environment, the
// standard streams, the wall clock, and the end of the process.
func ambient() []string {
	return []string{
		"os.Args", "os.Environ", "os.Exit", "os.Expand", "os.ExpandEnv", "os.Getenv", "os.Getwd", "os.LookupEnv", "os.Setenv",
		"os.Stderr", "os.Stdin", "os.Stdout", "os.UserCacheDir", "os.UserConfigDir", "os.UserHomeDir",
		"log.Fatal", "log.Fatalf", "log.Fatalln", "time.Now", "time.Since", "time.Until",
	}
}

// impure are imports and selectors with which a function is not one of its
// arguments alone.
func impure() (imports, selectors []string) {
	return []string{
			"crypto/rand", "database/sql", "log", "math/rand", "math/rand/v2", "net", "net/http/httptrace", "os", "os/exec", "path/filepath", "sync", "syscall",
			"github.com/rs/zerolog",
		}, []string{
			"http.Client", "http.DefaultClient", "http.DefaultTransport", "http.Get", "http.Head", "http.ListenAndServe", "http.NewRequest",
			"http.NewRequestWithContext", "http.Post", "http.PostForm", "http.Server", "http.Transport",
			"time.After", "time.AfterFunc", "time.NewTicker", "time.NewTimer", "time.Sleep", "time.Tick", "time.Local",
		}
}

// source is what a file of Go imports and names.
type source struct {
	path    string
	test    bool
	imports []string
	// names holds every selector on an imported package, such as "os.Exit".
	names []string
}

func (s source) dir() string { return path.Dir(s.path) }

// forTests reports that a package holds what tests share, as its name says.
func forTests(dir string) bool { return strings.HasSuffix(dir, "test") }

// parse reads one file; name is its path below the root, with slashes.
func parse(name string, text any) (source, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	s := source{path: name, test: strings.HasSuffix(name, "_test.go") || forTests(path.Dir(name))}
	local := map[string]string{}
	for _, spec := range file.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, target)
		as := path.Base(target)
		if spec.Name != nil {
			as = spec.Name.Name
		}
		local[as] = path.Base(target)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok && local[x.Name] != "" {
				s.names = append(s.names, local[x.Name]+"."+selector.Sel.Name)
			}
		}
		return true
	})
	return s, nil
}

// breaches lists where a file breaks the laws of design.md.
func breaches(s source) []string {
	found := slices.Concat(upward(s), trespassing(s))
	if s.test {
		return found
	}
	return slices.Concat(found, grasping(s), stateful(s))
}

// upward finds imports of a higher layer; tests obey as well.
func upward(s source) []string {
	var found []string
	own := slices.Index(layers(), top(s.path))
	for _, target := range s.imports {
		if rest, ours := strings.CutPrefix(target, "flagrante/"); ours && slices.Index(layers(), top(rest)) > own {
			found = append(found, fmt.Sprintf("%s imports %s, which is above it", s.path, target))
		}
	}
	return found
}

func top(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// trespassing finds imports that are reserved for other files. Tests may take
// what they need of other modules, of the standard library, and of each other.
func trespassing(s source) []string {
	if s.test {
		return nil
	}
	var found []string
	for _, target := range s.imports {
		if strings.HasPrefix(target, "flagrante/") && forTests(target) {
			found = append(found, fmt.Sprintf("%s imports %s, which is for tests", s.path, target))
		}
		for prefix, places := range guarded() {
			if within(target, prefix) && !slices.ContainsFunc(places, func(p string) bool { return strings.HasPrefix(s.path, p) }) {
				found = append(found, fmt.Sprintf("%s imports %s, which only %s may", s.path, target, strings.Join(places, ", ")))
			}
		}
	}
	return found
}

// within reports whether an import is the package prefix, a major version of
// it, or below it.
func within(target, prefix string) bool {
	rest, ok := strings.CutPrefix(target, prefix)
	return ok && (rest == "" || rest[0] == '/' || strings.HasPrefix(rest, "-golang"))
}

// grasping finds what only cmd may reach for.
func grasping(s source) []string {
	if top(s.path) == "cmd" {
		return nil
	}
	return named(s, ambient(), "which only cmd may")
}

// stateful finds what a pure package must not know.
func stateful(s source) []string {
	if !slices.Contains(pure(), s.dir()) {
		return nil
	}
	imports, selectors := impure()
	found := named(s, selectors, "but its package is pure")
	for _, target := range s.imports {
		if slices.Contains(imports, target) {
			found = append(found, fmt.Sprintf("%s imports %s, but its package is pure", s.path, target))
		}
	}
	return found
}

func named(s source, list []string, why string) []string {
	var found []string
	for _, name := range s.names {
		if slices.Contains(list, name) {
			found = append(found, fmt.Sprintf("%s uses %s, %s", s.path, name, why))
		}
	}
	return found
}

const root = "../.."

func TestArchitecture(t *testing.T) {
	for _, layer := range layers() {
		files := 0
		err := fs.WalkDir(os.DirFS(root), layer, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path.Ext(name) != ".go" || strings.Contains(name, "/testdata/") {
				return err
			}
			files++
			text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
			if err != nil {
				return err
			}
			s, err := parse(name, text)
			for _, breach := range breaches(s) {
				t.Error(breach)
			}
			return err
		})
		if err != nil || files == 0 {
			t.Errorf("%s: %d files, %v", layer, files, err)
		}
	}
}

func TestPurePackagesExist(t *testing.T) {
	for _, dir := range pure() {
		if found, err := filepath.Glob(filepath.Join(root, dir, "*.go")); err != nil || len(found) == 0 {
			t.Errorf("%s holds no Go files (%v)", dir, err)
		}
	}
}

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{
		"cmd", "proxy", "capture", "draft", "testdata", "docs", "go.mod", "go.sum", "Makefile",
		"README.md", "README.pt-BR.md", "LICENSE", "CHANGELOG.md",
		"bin", // what make builds; git does not keep it
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), ".") && !slices.Contains(allowed, entry.Name()) {
			t.Errorf("%s does not belong to the top level", entry.Name())
		}
	}
}

// TestBreaches checks that the test above can fail.
func TestBreaches(t *testing.T) {
	tests := []struct{ file, text, want string }{
		{"proxy/a.go", `import "flagrante/capture"`, "proxy/a.go imports flagrante/capture, which is above it"},
		{"capture/a_test.go", `import "flagrante/draft/text"`, "capture/a_test.go imports flagrante/draft/text, which is above it"},
		{"proxy/tap.go", `import "github.com/elazarl/goproxy"`, "proxy/tap.go imports github.com/elazarl/goproxy, which only proxy/server/front.go may"},
		{"cmd/x/a.go", `import _ "github.com/mattn/go-sqlite3"`, "cmd/x/a.go imports github.com/mattn/go-sqlite3, which only capture/store/ may"},
		{"draft/desk/a.go", `import "github.com/oschwald/geoip2-golang/v2"`, "draft/desk/a.go imports github.com/oschwald/geoip2-golang/v2, which only capture/locate/, cmd/geodata/ may"},
		{"draft/export/a.go", `import "flagrante/draft/desk"`, "draft/export/a.go imports flagrante/draft/desk, which only draft/desk/, cmd/ may"},
		{"draft/export/a.go", "import env \"os\"\nvar home = env.Getenv(\"HOME\")", "draft/export/a.go uses os.Getenv, which only cmd may"},
		{"proxy/a.go", "import \"time\"\nvar now = time.Now", "proxy/a.go uses time.Now, which only cmd may"},
		{"draft/suggest/a.go", `import "math/rand/v2"`, "draft/suggest/a.go imports math/rand/v2, but its package is pure"},
		{"draft/text/a.go", "import \"net/http\"\nvar get = http.Get", "draft/text/a.go uses http.Get, but its package is pure"},
		{"draft/export/a.go", `import "flagrante/draft/drafttest"`, "draft/export/a.go imports flagrante/draft/drafttest, which is for tests"},
		{"draft/drafttest/a.go", "import \"os\"\nvar home = os.Getenv", ""},
		{"draft/drafttest/a.go", `import "flagrante/capture/store/storetest"`, ""},
		{"proxy/a_test.go", "import \"time\"\nvar now = time.Now", ""},
		{"proxy/server/front.go", `import "github.com/elazarl/goproxy"`, ""},
		{"draft/text/a.go", "import \"net/http\"\nvar text = http.StatusText", ""},
	}
	for _, test := range tests {
		s, err := parse(test.file, "package x\n"+test.text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, strings.Join(breaches(s), "\n")); diff != "" {
			t.Errorf("%s: %s", test.file, diff)
		}
	}
}
