package main_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"flagrante/cmd/badbank"
	"flagrante/cmd/flagrante/internal/tracing/collectortest"
)

// builtVersion is what the program under test says of itself.
const builtVersion = "v0.0.0-script"

// TestMain is the program, an app, or runs the tests.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == appCommand {
		os.Exit(beApp(os.Args[2]))
	}
	runWithProgram(m)
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "../../testdata/script", Setup: setUp, Cmds: commands(), RequireUniqueNames: true})
}

type command = func(ts *testscript.TestScript, neg bool, args []string)

// commands are what the scripts can say beside the words of testscript.
func commands() map[string]command {
	return map[string]command{
		"bank":      bankCmd,
		"call":      callCmd,
		"serve":     serveCmd,
		"halt":      haltCmd,
		"kill9":     kill9Cmd,
		"reload":    reloadCmd,
		"logged":    loggedCmd,
		"caught":    caughtCmd,
		"exits":     exitsCmd,
		"rows":      rowsCmd,
		"shape":     shapeCmd,
		"within":    withinCmd,
		"nowhere":   nowhereCmd,
		"mode":      modeCmd,
		"unpacked":  unpackedCmd,
		"gzip":      gzipCmd,
		"fill":      fillCmd,
		"body":      bodyCmd,
		"half":      halfCmd,
		"mmdb":      mmdbCmd,
		"sql":       sqlCmd,
		"portal":    portalCmd,
		"traffic":   trafficCmd,
		"internet":  internetCmd,
		"collector": collectorCmd,
	}
}

// stage is what one script has running.
type stage struct {
	dir  string
	bank *badbank.Server
	// leave ends the call of an app that gives up when the slow path of the bank holds it.
	leave     atomic.Pointer[context.CancelFunc]
	served    map[string]*process
	client    *appClient
	portal    *portal
	traffic   *traffic
	collector *collectortest.Collector
	closers   []func()
	// unlock lets go of a database.
	unlock func() error
}

type stageKey struct{}

func setUp(env *testscript.Env) error {
	s := &stage{dir: env.WorkDir, served: map[string]*process{}, client: newAppClient()}
	env.Values[stageKey{}] = s
	env.Defer(func() {
		if err := s.end(); err != nil {
			env.T().Fatal(err)
		}
	})
	env.Setenv("FLAGRANTE_DATA", filepath.Join(env.WorkDir, "data"))
	env.Setenv("HOME", env.WorkDir)
	// The race detector else waits for a second at the end of each run.
	env.Setenv("GORACE", "atexit_sleep_ms=10")
	app, err := os.Executable()
	if err != nil {
		return err
	}
	env.Setenv("APP", app)
	program, err := exec.LookPath("flagrante")
	if err != nil {
		return err
	}
	env.Setenv("PROGRAM_DIR", filepath.Dir(program))
	har, err := filepath.Abs(filepath.Join(root, "testdata", "har"))
	env.Setenv("HAR", har)
	return err
}

func on(ts *testscript.TestScript) *stage { return ts.Value(stageKey{}).(*stage) }

// end stops what the script has left running.
func (s *stage) end() error {
	var errs []error
	for _, p := range s.served {
		errs = append(errs, p.kill())
	}
	if s.traffic != nil {
		s.traffic.wait()
	}
	if s.portal != nil {
		s.portal.Close()
	}
	for _, end := range s.closers {
		end()
	}
	if s.bank != nil {
		errs = append(errs, s.bank.Close())
	}
	return errors.Join(errs...)
}

// bankCmd starts a misbehaving bank and lets flagrante trust its authority:
//
//	bank [NAME…]
//
// The names are further hosts of its certificate.
func bankCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	s := on(ts)
	bank, err := badbank.Start(badbank.Options{Names: args, Kept: s.kept})
	ts.Check(err)
	s.bank = bank
	ca := filepath.Join(s.dir, "bank-ca.pem")
	ts.Check(os.WriteFile(ca, bank.CAPEM(), 0o600))
	for name, value := range map[string]string{
		"BANK_HTTP": bank.HTTP, "BANK_HTTPS": bank.HTTPS, "BANK_EXPIRED": bank.Expired, "BANK_WRONG_NAME": bank.WrongName,
		"BANK_REFUSED": bank.Refused, "BANK_CA": ca, "FLAGRANTE_UPSTREAM_CA": ca,
		"BANK_HOST": strings.TrimPrefix(bank.HTTPS, "https://"), "BANK_PLAIN_HOST": strings.TrimPrefix(bank.HTTP, "http://"),
	} {
		ts.Setenv(name, value)
	}
}

func (s *stage) leaveWhenKept(leave context.CancelFunc) { s.leave.Store(&leave) }

func (s *stage) kept() {
	if leave := s.leave.Load(); leave != nil {
		(*leave)()
	}
}

// exitsCmd runs a program that has to end with a certain code:
//
//	exits CODE PROGRAM [ARG…]
func exitsCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	if len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG…]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = fmt.Sprint(exit.ExitCode())
	} else {
		ts.Check(err)
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// never is for commands of which the failing means nothing.
func never(ts *testscript.TestScript, neg bool) {
	if neg {
		ts.Fatalf("! means nothing here")
	}
}

// parseFlags reads the flags of a command and returns its arguments.
func parseFlags(ts *testscript.TestScript, f *flag.FlagSet, args []string, least int) []string {
	f.SetOutput(io.Discard)
	ts.Check(f.Parse(args))
	if f.NArg() < least {
		ts.Fatalf("%s: %d arguments are too few", f.Name(), f.NArg())
	}
	return f.Args()
}
