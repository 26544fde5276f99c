package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/zalando/go-keyring"

	"flagrante/capture/har"
	"flagrante/draft/compose"
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

// exporter returns what knows the portals of the configuration.
func (c config) exporter(s compose.Settings, last *gate.Gate, w world) (*export.Exporter, error) {
	own, err := c.ownRecipes()
	if err != nil {
		return nil, err
	}
	x, err := export.New(export.Options{
		Portals: c.Portals, Recipes: own, Text: textOptions(s), Creator: creator(w), Gate: last, Now: w.now,
		Secrets: export.Sources{Env: w.env, Keyring: keyring.Get},
	})
	if err != nil {
		return nil, &hinted{err, "correct the portals in the configuration; `flagrante portals recipes` lists the recipes"}
	}
	return x, nil
}

// creator is what recordings name as the program that wrote them.
func creator(w world) har.Creator { return har.Creator{Name: "flagrante", Version: w.version} }

// ownRecipes reads the recipes that the configuration names.
func (c config) ownRecipes() (map[string]*export.Recipe, error) {
	own := map[string]*export.Recipe{}
	for _, path := range c.Recipes {
		r, err := readRecipe(path)
		if err != nil {
			return nil, err
		}
		if own[r.Name] != nil {
			return nil, &hinted{fmt.Errorf("two recipes are called %s", r.Name), "give each a name of its own"}
		}
		own[r.Name] = r
	}
	return own, nil
}

func readRecipe(path string) (*export.Recipe, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &hinted{fmt.Errorf("read the recipe: %w", err), "`flagrante portals recipes NAME` prints one to begin with"}
	}
	r, err := export.ParseRecipe(path, data)
	if err != nil {
		return nil, &hinted{err, "correct these lines; docs/guide/recipes.en.md explains the keys"}
	}
	return r, nil
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
func (p portalsListCmd) Run(c *cli, w world) error {
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
		return printJSON(w.out, rows)
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", row.Name, row.Recipe, row.URL, strings.Join(row.Can, " "))
	}
	return table.Flush()
}

// portals reads the configuration for commands that need no data folder.
func (c *cli) portals(w world) (*export.Exporter, error) {
	conf, err := c.settings(w)
	if err != nil {
		return nil, err
	}
	settings, err := conf.compose()
	if err != nil {
		return nil, err
	}
	return conf.exporter(settings, gate.New(settings.Redactor), w)
}

type portalsCheckCmd struct {
	Name string `arg:"" help:"Name of the portal, as in the configuration."`
}

// Run tests one portal.
func (p portalsCheckCmd) Run(ctx context.Context, c *cli, w world) error {
	x, err := c.portals(w)
	if err != nil {
		return err
	}
	list, err := x.Check(ctx, p.Name)
	if err != nil {
		return &hinted{err, "`flagrante portals` lists them"}
	}
	bad := 0
	for _, checked := range list {
		said := "ok"
		if checked.Text != "" {
			bad++
			said = text.Visible(checked.Text)
		}
		fmt.Fprintf(w.out, "%s: %s\n", checked.Do, said)
	}
	if bad > 0 {
		return &hinted{fmt.Errorf("the portal %s can't be used as it is", p.Name), "correct what is said above; nothing was changed there"}
	}
	return nil
}

type portalsRecipesCmd struct {
	Name string `arg:"" optional:"" help:"Recipe to print."`
}

// Run lists the recipes, or prints one as it is written.
func (p portalsRecipesCmd) Run(w world) error {
	if p.Name != "" {
		source, err := export.RecipeSource(p.Name)
		if err != nil {
			return &hinted{err, "`flagrante portals recipes` lists them"}
		}
		_, err = w.out.Write(source)
		return err
	}
	known, err := export.Recipes()
	if err != nil {
		return err
	}
	return printRecipes(w.out, known)
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
func (p portalsRecipeCmd) Run(w world) error {
	r, err := readRecipe(p.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "%s: the recipe %s is in order: %s\n", p.File, r.Name, strings.Join(r.Deeds(), " "))
	return err
}
