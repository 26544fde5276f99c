package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/gate"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// common are the flags of all commands.
type common struct {
	Data   string   `help:"Folder that holds flagrante.db, ca/ and desk-token (default: $$XDG_DATA_HOME/flagrante)." env:"FLAGRANTE_DATA" placeholder:"DIR"`
	Config string   `help:"Configuration file (default: $$XDG_CONFIG_HOME/flagrante/config.yaml)." env:"FLAGRANTE_CONFIG" placeholder:"FILE"`
	Lang   string   `help:"Language of drafts and reasons: pt-BR or en." env:"FLAGRANTE_LANG" placeholder:"LANG"`
	Option []string `help:"Another value for a key of the configuration, as in --option time_zone=UTC (may be given several times)." sep:"none" placeholder:"KEY=VALUE"`
}

// cli is the command line; its tags are the usage text.
type cli struct {
	common

	Serve      serveCmd      `cmd:"" help:"Run the proxy and the desk, until stopped."`
	Run        runCmd        `cmd:"" help:"Run a command whose calls go through the proxy, and say what was caught."`
	Env        envCmd        `cmd:"" help:"Print the variables that lead apps through the proxy."`
	Failures   failuresCmd   `cmd:"" help:"List the failures that were caught, newest first."`
	Show       showCmd       `cmd:"" help:"Show one failure with its request and answer."`
	Drafts     draftsCmd     `cmd:"" help:"List the drafts of tickets, those seen last first."`
	Draft      draftCmd      `cmd:"" help:"Show one draft as it would leave."`
	Change     changeCmd     `cmd:"" help:"Decide fields of a draft, its state, what belongs together; its history."`
	New        newCmd        `cmd:"" help:"Write a draft without evidence: a suggestion, a question, a problem."`
	Replay     replayCmd     `cmd:"" help:"Send a failing call again, and compare what comes."`
	Export     exportCmd     `cmd:"" help:"Send a draft to a support portal."`
	Deliveries deliveriesCmd `cmd:"" help:"What the proxies of a team sent and could not be stored."`
	Receipts   receiptsCmd   `cmd:"" help:"What became of the drafts that were sent."`
	Portals    portalsCmd    `cmd:"" help:"Where drafts can be sent, and how."`
	Bundle     bundleCmd     `cmd:"" help:"Write a draft with its evidence into a zip file."`
	Import     importCmd     `cmd:"" help:"Take failures from recorded traffic (HAR files)."`
	Regroup    regroupCmd    `cmd:"" help:"Group all failures anew, after rules or templates changed."`
	Mask       maskCmd       `cmd:"" help:"Mask a value by hand, wherever it is kept."`
	Erase      eraseCmd      `cmd:"" help:"Forget a person: delete what holds a value, for good."`
	Unread     unreadCmd     `cmd:"" name:"passthrough" help:"The hosts whose calls pass unread, while flagrante serves."`
	Redact     redactCmd     `cmd:"" help:"Mask what is read from the standard input, to try rules."`
	Prune      pruneCmd      `cmd:"" help:"Take away old failures."`
	Backup     backupCmd     `cmd:"" help:"Copy the database, also while flagrante serves."`
	Migrate    migrateCmd    `cmd:"" help:"Move to the database of a team, and say which rights it takes."`
	Demo       demoCmd       `cmd:"" help:"Show all of it with a misbehaving bank on this machine."`
	Profile    profileCmd    `cmd:"" help:"The support guide that drafts follow."`
	Users      usersCmd      `cmd:"" help:"Who may use the desk with a password."`
	Doctor     doctorCmd     `cmd:"" help:"Look for what keeps flagrante from working, and say what to do."`
	Health     healthCmd     `cmd:"" help:"Say whether the running flagrante is ready, by the exit code."`
	Conf       configCmd     `cmd:"" name:"config" help:"The configuration: check it, show it."`
	CA         caCmd         `cmd:"" name:"ca" help:"The certificate authority that apps must trust."`
	Completion completionCmd `cmd:"" help:"Print what lets bash, zsh or fish complete commands."`
	Man        manCmd        `cmd:"" help:"Print the manual page."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

// quit is how --help ends the parsing.
type quit struct{ code int }

// run is the whole program: it returns the exit code.
func run(ctx context.Context, args []string, w world.World) (code int) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case quit:
			code = cause.code
		default:
			panic(cause)
		}
	}()
	if slices.Contains(args, "serve") {
		w = w.ReadingRoots()
		if c, ok := serveOnly(args, w); ok {
			return report(w, c.Serve.Run(ctx, c, w))
		}
	}
	var c cli
	parser, err := newParser(ctx, &c, w)
	if err != nil {
		return report(w, err)
	}
	if slices.Equal(args, []string{"--version"}) {
		args = []string{"version"} // As nearly every program takes it.
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		report(w, hinted.New(err, parseHint(args, err)))
		return exitUsage
	}
	return report(w, parsed.Run())
}

// serveOnly reads the command line as that of serve, and nothing else: the grammar of all
// commands takes a fifth of the time until the proxy answers. It returns false for whatever
// is not plainly that, also where it is wrong, for that is for the whole grammar to say.
func serveOnly(args []string, w world.World) (*cli, bool) {
	var only struct {
		common
		Serve serveCmd `cmd:""`
	}
	parser, err := kong.New(&only, kong.Name("flagrante"), kong.Writers(w.Out, w.Err), kong.NoDefaultHelp())
	if err != nil {
		return nil, false
	}
	if _, err := parser.Parse(args); err != nil {
		return nil, false
	}
	return &cli{common: only.common, Serve: only.Serve}, true
}

// parseHint says what to do about arguments that can't be read: a filter that begins
// with a minus looks like a flag.
func parseHint(args []string, err error) string {
	for _, arg := range args {
		if name, rest, ok := strings.Cut(arg, ":"); ok && rest != "" && strings.HasPrefix(name, "-") && !strings.HasPrefix(name, "--") {
			return "put -- before a filter that begins with a minus: -- '" + arg + "'"
		}
	}
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok && wrong.Context.Selected() != nil {
		command := ""
		for n := wrong.Context.Selected(); n != nil; n = n.Parent {
			command = n.Name + " " + command
		}
		return "`" + command + "--help` explains it"
	}
	return "`flagrante --help` lists the commands, `flagrante COMMAND --help` explains one"
}

// newParser returns the parser that fills c.
func newParser(ctx context.Context, c *cli, w world.World) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("flagrante"),
		kong.Description("Catches failing API calls in the act, and hands over the finished support ticket."),
		kong.Writers(w.Out, w.Err),
		kong.Exit(func(code int) { panic(quit{code}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(w, c),
	)
}

// report prints an error as people can use it.
func report(w world.World, err error) int {
	if err == nil {
		return exitOK
	}
	if code := exitCode(0); errors.As(err, &code) {
		return int(code)
	}
	fmt.Fprintf(w.Err, "flagrante: error: %v\n", err)
	if blocked, ok := errors.AsType[*gate.BlockedError](err); ok {
		fmt.Fprintf(w.Err, "flagrante: hint: %s\n", blocked.Hint())
	}
	if h := (*hinted.Error)(nil); errors.As(err, &h) {
		fmt.Fprintf(w.Err, "flagrante: hint: %s\n", h.Hint)
	}
	if m := (*misused)(nil); errors.As(err, &m) {
		return exitUsage
	}
	return exitFailed
}

// dataDir is where everything is kept.
func (c *cli) dataDir(w world.World) string {
	if c.Data != "" {
		return c.Data
	}
	return filepath.Join(config.BaseDir(w, "XDG_DATA_HOME", ".local/share"), "flagrante")
}

// settings returns the configuration with the flags that all commands have over
// it.
func (c *cli) settings(w world.World) (config.Config, error) {
	conf, err := config.Read(c.Config, w)
	if err != nil {
		return conf, err
	}
	if _, err := conf.Overlay(w.Env, c.Option); err != nil {
		return conf, err
	}
	config.Override(&conf.Lang, c.Lang)
	return conf, nil
}
