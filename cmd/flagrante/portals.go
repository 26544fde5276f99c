package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"flagrante/capture/redact"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/text"
)

// portalsCmd is about where drafts can be sent.
type portalsCmd struct {
	List    portalsListCmd    `cmd:"" default:"withargs" help:"List the portals of the configuration."`
	Check   portalsCheckCmd   `cmd:"" help:"Test whether a portal can be used; nothing is changed there."`
	Recipes portalsRecipesCmd `cmd:"" help:"List the recipes, or print one to begin your own with."`
	Recipe  portalsRecipeCmd  `cmd:"" help:"Check a recipe of your own."`
}

type portalsListCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// portalRow is a portal as a listing shows it.
type portalRow struct {
	Name   string `json:"name"`
	Recipe string `json:"recipe"`
	URL    string `json:"url"`
	// Can lists what the recipe has steps for.
	Can []string `json:"can"`
}

// Run lists the portals.
func (p portalsListCmd) Run(c *cli, w world.World) error {
	x, err := c.portals(w)
	if err != nil {
		return err
	}
	rows := []portalRow{}
	for _, name := range x.Portals() {
		portal, recipe, _ := x.Portal(name)
		rows = append(rows, portalRow{name, portal.Recipe, portal.URL, recipe.Deeds()})
	}
	if p.JSON {
		return printJSON(w.Out, rows)
	}
	table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", row.Name, row.Recipe, row.URL, strings.Join(row.Can, " "))
	}
	return table.Flush()
}

// portals reads the configuration for commands that need no data folder.
func (c *cli) portals(w world.World) (*export.Exporter, error) {
	conf, err := c.settings(w)
	if err != nil {
		return nil, err
	}
	settings, err := conf.DraftSettings()
	if err != nil {
		return nil, err
	}
	options, err := conf.Redact.Options()
	if err != nil {
		return nil, err
	}
	// No key is needed: what leaves here holds nothing of a draft, so no pseudonym either.
	return conf.Exporter(settings, gate.New(redact.New(options...)), w)
}

type portalsCheckCmd struct {
	Name string `arg:"" help:"Name of the portal, as in the configuration."`
}

// Run tests one portal.
func (p portalsCheckCmd) Run(ctx context.Context, c *cli, w world.World) error {
	x, err := c.portals(w)
	if err != nil {
		return err
	}
	list, err := x.Check(ctx, p.Name)
	if err != nil {
		return hinted.New(err, "`flagrante portals` lists them")
	}
	bad := 0
	for _, checked := range list {
		said := "ok"
		if checked.Text != "" {
			bad++
			said = text.Visible(checked.Text)
		}
		fmt.Fprintf(w.Out, "%s: %s\n", checked.Do, said)
	}
	if bad > 0 {
		return hinted.New(fmt.Errorf("the portal %s can't be used as it is", p.Name), "correct what is said above; nothing was changed there")
	}
	return nil
}

type portalsRecipesCmd struct {
	Name string `arg:"" optional:"" help:"Recipe to print."`
}

// Run lists the recipes, or prints one as it is written.
func (p portalsRecipesCmd) Run(w world.World) error {
	if p.Name != "" {
		source, err := export.RecipeSource(p.Name)
		if err != nil {
			return hinted.New(err, "`flagrante portals recipes` lists them")
		}
		_, err = w.Out.Write(source)
		return err
	}
	known, err := export.Recipes()
	if err != nil {
		return err
	}
	return printRecipes(w.Out, known)
}

func printRecipes(out io.Writer, known map[string]*export.Recipe) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, name := range export.RecipeNames(known) {
		fmt.Fprintf(table, "%s\t%s\n", name, known[name].Contract)
	}
	return table.Flush()
}

type portalsRecipeCmd struct {
	File string `arg:"" help:"A recipe (YAML)."`
}

// Run checks one file.
func (p portalsRecipeCmd) Run(w world.World) error {
	r, err := config.ReadRecipe(p.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Out, "%s: the recipe %s is in order: %s\n", p.File, r.Name, strings.Join(r.Deeds(), " "))
	return err
}
