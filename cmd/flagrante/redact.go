package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"text/tabwriter"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
)

// redactCmd masks what it reads, to try rules.
type redactCmd struct {
	Type   string `help:"Media type of the input; without it, it is told by its looks." placeholder:"TYPE"`
	Host   string `help:"Host to which the input belongs, for rules and allowances that hold for some hosts; without it, all rules hold, and no allowance of a host." placeholder:"HOST"`
	Policy string `help:"What is masked: at export, secrets and personal data; at capture, what is never stored." default:"export" enum:"export,capture"`
	JSON   bool   `name:"json" help:"Write the report as a JSON array."`
}

// maxRedacted is the most that is read, in bytes.
const maxRedacted = 64 << 20

// Run prints the masked input, and reports on the error stream what was masked
// where and by which rule.
func (r *redactCmd) Run(_ context.Context, c *cli, w world.World) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	options, err := conf.Redact.Options()
	if err != nil {
		return err
	}
	// Without a data folder there are no pseudonyms; none is made for a try.
	key, err := datadir.ReadMaskKey(c.dataDir(w) + "/" + datadir.MaskKeyFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(w.In, maxRedacted+1))
	if err != nil {
		return fmt.Errorf("read the input: %w", err)
	}
	if len(data) > maxRedacted {
		return hinted.New(errors.New("the input is longer than 64 MiB"), "mask it in parts")
	}
	masked, marks := redact.New(append(options, redact.WithKey(key))...).Message("input", r.Type, data, r.Policy == config.AtCapture, r.Host)
	if _, err := w.Out.Write(masked); err != nil {
		return fmt.Errorf("write the masked input: %w", err)
	}
	return r.report(w, marks)
}

func (r *redactCmd) report(w world.World, marks []capture.Redaction) error {
	if r.JSON {
		if marks == nil {
			marks = []capture.Redaction{}
		}
		return printJSON(w.Err, marks)
	}
	table := tabwriter.NewWriter(w.Err, 0, 0, 2, ' ', 0)
	for _, m := range marks {
		fmt.Fprintf(table, "%s\t%s\t%s\n", m.Kind, m.Where, m.Rule)
	}
	return table.Flush()
}
