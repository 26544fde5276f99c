package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"flagrante/cmd/flagrante/internal/app"
	"flagrante/cmd/flagrante/internal/appenv"
	"flagrante/cmd/flagrante/internal/child"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
)

// runCmd runs a command whose calls go through the proxy.
type runCmd struct {
	serveFlags
	routeFlags
	Quiet   bool     `short:"q" help:"Print nothing at all beside what the command prints."`
	Command []string `arg:"" passthrough:"" help:"Command with its arguments, behind --."`
}

// routeFlags say how apps are led to the proxy.
type routeFlags struct {
	NoProxy  string `help:"Hosts that are reached directly, with commas between them; empty sends all through the proxy." env:"FLAGRANTE_NO_PROXY" default:"localhost,127.0.0.1,::1" placeholder:"HOSTS"`
	TrustDir string `help:"Folder for the files that apps trust, instead of one in the data folder." env:"FLAGRANTE_TRUST_DIR" placeholder:"DIR"`
	Roots    string `help:"Certificates of the system, where they are not in the usual place (PEM)." env:"FLAGRANTE_ROOTS" placeholder:"FILE"`
}

// Help shows how it is used.
func (*runCmd) Help() string {
	return `The proxy is the one that already serves this data folder, or one for this
command alone. The command gets the variables that make curl, Node, Python, Java, Go,
PHP, Ruby, Perl, .NET, git and others use and trust it, the terminal, and all signals;
flagrante ends with its exit code. What was caught is said at the end.

Examples:
  flagrante run -- npm start
  flagrante run -- python3 -m pytest tests/pix
  flagrante run --no-proxy= -- ./gradlew integrationTest`
}

// exitCode ends the program with a code, when everything has been said.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// Run starts the command, and the proxy where none is serving.
func (r *runCmd) Run(ctx context.Context, c *cli, w world.World) (err error) {
	// Signals mean the command; when it has ended, the rest is soon done.
	ctx = context.WithoutCancel(ctx)
	command := r.Command
	if len(command) > 0 && command[0] == "--" {
		command = command[1:]
	}
	if len(command) == 0 {
		return hinted.New(errors.New("there is no command to run"), "write it behind --, as in `flagrante run -- npm start`")
	}
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	r.apply(&conf)
	way, err := r.way(ctx, c, conf, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, way.Close()) }()
	variables, err := r.variables(way.proxyAddr(), c.dataDir(w), w)
	if err != nil {
		return err
	}
	out := w.Err
	if r.Quiet {
		out = io.Discard
	} else if world.IsTerminal(w.Err) {
		fmt.Fprintf(out, "flagrante: desk %s\n", way.deskURL())
	}
	code, err := child.Run(command, appenv.Over(os.Environ(), variables, "FLAGRANTE_DESK_TOKEN"), [3]*os.File{os.Stdin, os.Stdout, os.Stderr})
	if err != nil {
		report(w, hinted.New(err, "is it installed, and in PATH?"))
		return exitCode(code)
	}
	if !r.Quiet {
		err = way.sum(ctx, out)
	}
	if err == nil && code != 0 {
		return exitCode(code)
	}
	return err
}

// variables makes the files for an app, and returns the variables.
func (r routeFlags) variables(proxy, data string, w world.World) ([]appenv.Variable, error) {
	dir, err := r.trust(data, "", w)
	if err != nil {
		return nil, err
	}
	return appenv.Target{Proxy: proxy, NoProxy: r.NoProxy, Dir: dir, Env: w.Env}.Variables(), nil
}

// trust makes the files for an app, and returns their folder. Inside is where a
// container sees it.
func (r routeFlags) trust(data, inside string, w world.World) (string, error) {
	ca, err := openAuthority(data, w)
	if err != nil {
		return "", err
	}
	data, err = filepath.Abs(data)
	if err != nil {
		return "", err
	}
	home, _ := w.Env("HOME")
	files := appenv.Trust{CA: app.Certificate(ca), System: r.Roots, Home: home, Env: w.Env, Inside: inside}
	dir := r.TrustDir
	if dir != "" {
		err = files.WriteTo(dir)
	} else {
		dir, err = files.Write(filepath.Join(data, "trust"))
	}
	if errors.Is(err, appenv.ErrNoRoots) {
		err = hinted.New(err, "install the package ca-certificates, or name a PEM file with --roots FILE")
	}
	return dir, err
}
