package main

import (
	"fmt"
	"os"

	"flagrante/draft/profile"
)

// profileCmd is about support guides as data.
type profileCmd struct {
	Show  profileShowCmd  `cmd:"" help:"Print the profile in use, to begin your own with."`
	Check profileCheckCmd `cmd:"" help:"Check a profile of your own."`
}

type profileShowCmd struct{}

// Run prints the profile as it is written, comments included.
func (profileShowCmd) Run(c *cli, w world) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	_, source, err := conf.profile()
	if err != nil {
		return err
	}
	_, err = w.out.Write(source)
	return err
}

type profileCheckCmd struct {
	File string `arg:"" help:"A profile (YAML)."`
}

// Run checks one file.
func (p profileCheckCmd) Run(w world) error {
	guide, _, err := readProfile(p.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "%s: the profile %s is in order: %d categories, %d items\n", p.File, guide.Name, len(guide.Categories), len(guide.Items))
	return err
}

// profile returns the profile in use and its text.
func (c config) profile() (profile.Profile, []byte, error) {
	if c.Profile == "" {
		guide, err := profile.Default()
		return guide, profile.Source(), err
	}
	return readProfile(c.Profile)
}

func readProfile(path string) (profile.Profile, []byte, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return profile.Profile{}, nil, &hinted{fmt.Errorf("read the profile: %w", err), "`flagrante profile show` prints one to begin with"}
	}
	guide, err := profile.Parse(path, source)
	if err != nil {
		return profile.Profile{}, nil, &hinted{plainly(err), "correct that line; docs/guide/profiles.en.md explains the keys"}
	}
	return guide, source, nil
}
