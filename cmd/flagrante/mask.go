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
	"flagrante/draft/desk"
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
func (m *maskCmd) Run(ctx context.Context, c *cli, w world) error {
	if err := validKind(m.Kind); err != nil {
		return err
	}
	value, err := valueOf(m.Value, w)
	if err != nil {
		return err
	}
	return withArchive(ctx, c, w, func(a *archive) error {
		switch {
		case m.List:
			return m.list(ctx, a, w)
		case m.Revoke != "":
			err := a.masks.Unmask(ctx, m.Revoke, cliActor)
			if errors.Is(err, store.ErrNotFound) {
				return &hinted{fmt.Errorf("nothing is masked by hand as %s", m.Revoke), "`flagrante mask --list` lists the IDs"}
			}
			return err
		case m.DryRun:
			return m.try(ctx, a, value, w)
		}
		return m.mask(ctx, a, value, w)
	})
}

// valueOf reads a value from the standard input where it is given as -.
func valueOf(given string, w world) (string, error) {
	if given != "-" {
		return given, nil
	}
	line, err := bufio.NewReader(w.in).ReadString('\n')
	if value := strings.TrimSpace(line); value != "" {
		return value, nil
	}
	return "", errors.Join(errors.New("the standard input holds no value"), err)
}

// hintMask says what to do about a value that can't be masked.
func hintMask(err error) error {
	wrong, ok := errors.AsType[*desk.MaskError](err)
	if !ok {
		return err
	}
	switch wrong.Reason {
	case desk.MaskShort:
		return &hinted{errors.New("that is too short to mean one value, or a mask already"), "give at least four letters or digits"}
	case desk.MaskOurs:
		return &hinted{errors.New("that is part of a host, a method or a path by which a problem is known"), "give the whole value that is to be masked"}
	}
	return err
}

func (m *maskCmd) mask(ctx context.Context, a *archive, value string, w world) error {
	made, err := a.masks.Mask(ctx, value, desk.MaskBy{Kind: m.Kind, Actor: cliActor})
	if err != nil {
		return hintMask(err)
	}
	err = a.masks.finish(ctx)
	if errors.Is(err, store.ErrReaders) {
		err = &hinted{err, "it is masked everywhere; for the bytes to leave the file too, stop other programs that have it open: `flagrante serve` does it by itself in a moment"}
	}
	all, listErr := a.masks.Masked(ctx)
	for _, one := range all {
		if one.ID == made.ID {
			made = one
		}
	}
	return errors.Join(m.print(w, made), err, listErr)
}

func (m *maskCmd) print(w world, made store.Masked) error {
	if m.JSON {
		return printJSON(w.out, made)
	}
	_, err := fmt.Fprintf(w.out, "%s: masked as %s in %d failures, and wherever it comes from now on\n", made.ID, made.Mask, made.Failures)
	return err
}

// try says in how many failures the value is.
func (m *maskCmd) try(ctx context.Context, a *archive, value string, w world) error {
	made, err := a.masks.made(ctx, value, m.Kind)
	if err != nil {
		return hintMask(err)
	}
	a.masks.hand.Set([]redact.HandMask{made})
	n, err := a.masks.holds(ctx)
	if err != nil {
		return err
	}
	if m.JSON {
		return printJSON(w.out, map[string]any{"mask": made.Mask, "failures": n, "dry_run": true})
	}
	_, err = fmt.Fprintf(w.out, "it would be masked as %s in %d failures\n", made.Mask, n)
	return err
}

func (m *maskCmd) list(ctx context.Context, a *archive, w world) error {
	all, err := a.masks.Masked(ctx)
	if err != nil {
		return err
	}
	if m.JSON {
		if all == nil {
			all = []store.Masked{}
		}
		return printJSON(w.out, all)
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	for _, one := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d×\t%s\t%s\n", one.ID, one.Time.In(a.compose.Zone).Format("2006-01-02 15:04:05"), one.Mask, one.Failures, one.Actor, one.DraftID)
	}
	return table.Flush()
}
