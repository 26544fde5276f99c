package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/desk/service"
)

// maskCmd masks by hand what no rule has masked.
type maskCmd struct {
	Value  string `help:"The value; - reads it from the standard input." placeholder:"VALUE" xor:"what" required:""`
	List   bool   `help:"List what is masked by hand." xor:"what" required:""`
	Revoke string `help:"Mask the value of that ID no longer when it comes again; what was masked stays so." placeholder:"ID" xor:"what" required:""`
	Kind   string `help:"What it is, as in password or name; it is shown in the mask." default:"secret"`
	DryRun bool   `help:"Say what holds the value, and mask nothing."`
	JSON   bool   `name:"json" help:"Print the result as JSON."`
}

// cliActor is who does what is done at the command line.
const cliActor = "cli"

// Run puts a mask in the place of the value wherever it is kept, and wherever it comes
// from then on.
func (m *maskCmd) Run(ctx context.Context, c *cli, w world.World) error {
	if err := config.ValidKind(m.Kind); err != nil {
		return err
	}
	value, err := valueOf(m.Value, w)
	if err != nil {
		return err
	}
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		switch {
		case m.List:
			return m.list(ctx, a, w)
		case m.Revoke != "":
			err := a.Masks.Unmask(ctx, m.Revoke, cliActor)
			if errors.Is(err, store.ErrNotFound) {
				return hinted.New(fmt.Errorf("nothing is masked by hand as %s", m.Revoke), "`flagrante mask --list` lists the IDs")
			}
			return err
		case m.DryRun:
			return m.try(ctx, a, value, w)
		}
		return m.mask(ctx, a, value, w)
	})
}

// valueOf reads a value from the standard input where it is given as -.
func valueOf(given string, w world.World) (string, error) {
	if given != "-" {
		return given, nil
	}
	line, err := bufio.NewReader(w.In).ReadString('\n')
	if value := strings.TrimSpace(line); value != "" {
		return value, nil
	}
	return "", errors.Join(errors.New("the standard input holds no value"), err)
}

// hintMask says what to do about a value that can't be masked.
func hintMask(err error) error {
	wrong, ok := errors.AsType[*service.MaskError](err)
	if !ok {
		return err
	}
	switch wrong.Reason {
	case service.MaskShort:
		return hinted.New(errors.New("that is too short to mean one value, or a mask already"), "give at least four letters or digits")
	case service.MaskOurs:
		return hinted.New(errors.New("that is part of a host, a method or a path by which a problem is known"), "give the whole value that is to be masked")
	}
	return err
}

func (m *maskCmd) mask(ctx context.Context, a *archive.Archive, value string, w world.World) error {
	made, err := a.Masks.Mask(ctx, value, service.MaskBy{Kind: m.Kind, Actor: cliActor})
	if err != nil {
		return hintMask(err)
	}
	err = a.Masks.Finish(ctx)
	if errors.Is(err, store.ErrReaders) {
		err = hinted.New(err, "it is masked everywhere; for the bytes to leave the file too, stop other programs that have it open: `flagrante serve` does it by itself in a moment")
	}
	all, listErr := a.Masks.Masked(ctx)
	for _, one := range all {
		if one.ID == made.ID {
			made = one
		}
	}
	return errors.Join(m.print(w, made), err, listErr)
}

func (m *maskCmd) print(w world.World, made store.Masked) error {
	if m.JSON {
		return printJSON(w.Out, made)
	}
	_, err := fmt.Fprintf(w.Out, "%s: masked as %s in %d failures, and wherever it comes from now on\n", made.ID, made.Mask, made.Failures)
	return err
}

// try says in how many failures the value is.
func (m *maskCmd) try(ctx context.Context, a *archive.Archive, value string, w world.World) error {
	made, err := a.Masks.Made(ctx, value, m.Kind)
	if err != nil {
		return hintMask(err)
	}
	a.Masks.Hand.Set([]redact.HandMask{made})
	n, err := a.Masks.Holds(ctx)
	if err != nil {
		return err
	}
	if m.JSON {
		return printJSON(w.Out, map[string]any{"mask": made.Mask, "failures": n, "dry_run": true})
	}
	_, err = fmt.Fprintf(w.Out, "it would be masked as %s in %d failures\n", made.Mask, n)
	return err
}

func (m *maskCmd) list(ctx context.Context, a *archive.Archive, w world.World) error {
	all, err := a.Masks.Masked(ctx)
	if err != nil {
		return err
	}
	if m.JSON {
		if all == nil {
			all = []store.Masked{}
		}
		return printJSON(w.Out, all)
	}
	table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	for _, one := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d×\t%s\t%s\n", one.ID, one.Time.In(a.Compose.Zone).Format("2006-01-02 15:04:05"), one.Mask, one.Failures, one.Actor, one.DraftID)
	}
	return table.Flush()
}
