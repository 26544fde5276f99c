package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/doctor"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/serving"
	"flagrante/cmd/flagrante/internal/trust"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/proxy/authority"
)

// doctorCmd looks for what keeps flagrante from working.
type doctorCmd struct {
	JSON     bool     `name:"json" help:"Print a JSON array."`
	Upstream []string `help:"Also look whether this host answers (may be given several times)." placeholder:"HOST[:PORT]"`
}

// Help shows how it is used.
func (*doctorCmd) Help() string {
	return `Nothing is changed, and without --upstream nothing leaves the machine. The exit code is 1
when something fails.

Examples:
  flagrante doctor
  flagrante doctor --upstream api.bank.example
  flagrante doctor --json`
}

// doctorPatience bounds all checks together.
const doctorPatience = time.Minute

// errUnwell is what the doctor ends with.
var errUnwell = errors.New("something keeps flagrante from working")

// examination is one visit to the doctor.
type examination struct {
	world.World
	dir     string
	conf    config.Config
	ca      *authority.Authority
	running serving.State
	// serves says that running is one.
	serves   bool
	findings []doctor.Finding
}

// Run looks at everything and says what it found.
func (d *doctorCmd) Run(ctx context.Context, c *cli, w world.World) error {
	ctx, cancel := context.WithTimeout(ctx, doctorPatience)
	defer cancel()
	dir, err := filepath.Abs(c.dataDir(w))
	if err != nil {
		return err
	}
	e := &examination{World: w, dir: dir}
	e.configuration(c)
	e.add(doctor.Folder(dir)...)
	e.add(doctor.Disk(dir))
	e.authority()
	e.ports(ctx)
	e.store(ctx)
	e.trust(ctx, machine(w))
	e.clock()
	e.portals()
	e.upstream(ctx, d.Upstream)
	if err := d.table(w, e.findings); err != nil {
		return err
	}
	if doctor.Failed(e.findings) {
		return hinted.New(errUnwell, "the lines marked fail say what to do")
	}
	return nil
}

func (e *examination) add(findings ...doctor.Finding) { e.findings = append(e.findings, findings...) }

// check adds a finding that is good, or the error with its hint.
func (e *examination) check(name, subject, good string, err error) {
	f := doctor.Finding{Check: name, Subject: subject, Status: doctor.OK, Detail: good}
	if err != nil {
		f.Status, f.Detail, f.Remedy = doctor.Fail, err.Error(), "correct what the message names"
		if h := (*hinted.Error)(nil); errors.As(err, &h) {
			f.Remedy = h.Hint
		}
	}
	e.add(f)
}

func (d *doctorCmd) table(w world.World, findings []doctor.Finding) error {
	if d.JSON {
		return printJSON(w.Out, findings)
	}
	table, colours := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0), coloursFor(w, w.Out)
	for _, f := range findings {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", colours.status(f.Status, string(f.Status)), f.Check, f.Subject, strings.ReplaceAll(f.Detail, "\n", "; "))
		if f.Remedy != "" {
			fmt.Fprintf(table, "%s\t\t\t→ %s\n", colours.status(f.Status, ""), strings.ReplaceAll(f.Remedy, "\n", "; "))
		}
	}
	return table.Flush()
}

func (e *examination) configuration(c *cli) {
	var err error
	e.conf, err = c.settings(e.World)
	if err == nil {
		err = checkConfig(e.conf, e.World)
	}
	e.check("configuration", config.Path(c.Config, e.World), "in order", err)
}

func (e *examination) authority() {
	if !exists(filepath.Join(e.dir, "ca")) {
		e.add(doctor.Finding{Check: "authority", Subject: e.dir, Status: doctor.Info, Detail: "not made yet", Remedy: "`flagrante ca path` makes it"})
		return
	}
	ca, err := authority.Open(filepath.Join(e.dir, "ca"), e.Now)
	good := ""
	if err == nil {
		e.ca = ca
		good = "good until " + ca.Root().NotAfter.Format(time.DateOnly)
	}
	e.check("authority", filepath.Join(e.dir, "ca"), good, err)
}

// trust looks at the stores of a machine and at the runtimes.
func (e *examination) trust(ctx context.Context, m trust.Machine) {
	if e.ca == nil {
		return
	}
	system := false
	for _, store := range trust.Stores(m, trust.Certificate{Cert: e.ca.Root(), File: filepath.Join(e.dir, "ca", authority.CertFile)}) {
		state, reason := store.State(ctx)
		f := doctor.Finding{Check: "trust", Subject: store.Kind(), Status: doctor.OK, Detail: store.Name() + ": trusted"}
		if state != trust.Trusted {
			f.Status, f.Detail = doctor.Info, store.Name()+": "+joinReason(string(state), reason)
			f.Remedy = "not needed under `flagrante run`; else `flagrante ca install --store " + store.Kind() + "`"
		}
		system = system || store.Kind() == "system" && state == trust.Trusted
		e.add(f)
	}
	proxy := e.running.Proxy
	if !e.serves {
		proxy = e.conf.Proxy.Listen
	}
	e.add(doctor.Variables(e.Env, proxy)...)
	e.add(doctor.Runtimes(ctx, e.Env, e.ca.Root(), system)...)
}

// clock looks whether the clock could be right: certificates depend on it.
func (e *examination) clock() {
	f := doctor.Finding{Check: "clock", Subject: "UTC", Status: doctor.OK, Detail: e.Now().UTC().Format(time.RFC3339)}
	if e.ca != nil && e.Now().Before(e.ca.Root().NotBefore) {
		f.Status, f.Remedy = doctor.Fail, "set the clock: it is before the authority was made, and no app will accept its certificates"
	}
	e.add(f)
}
