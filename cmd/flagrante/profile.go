package main

import (
	"fmt"

	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world"
)

// profileCmd is about support guides as data.
type profileCmd struct {
	Show  profileShowCmd  `cmd:"" help:"Print the profile in use, to begin your own with."`
	Check profileCheckCmd `cmd:"" help:"Check a profile of your own."`
}

type profileShowCmd struct{}

// Run prints the profile as it is written, comments included.
func (profileShowCmd) Run(c *cli, w world.World) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	_, source, err := conf.Guide()
	if err != nil {
		return err
	}
	_, err = w.Out.Write(source)
	return err
}

type profileCheckCmd struct {
	File string `arg:"" help:"A profile (YAML)."`
}

// Run checks one file.
func (p profileCheckCmd) Run(w world.World) error {
	guide, _, err := config.ReadProfile(p.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Out, "%s: the profile %s is in order: %d categories, %d items\n", p.File, guide.Name, len(guide.Categories), len(guide.Items))
	return err
}
