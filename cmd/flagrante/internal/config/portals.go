package config

import (
	"fmt"
	"os"

	"github.com/zalando/go-keyring"

	"flagrante/capture/har"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/compose"
	"flagrante/draft/export"
	"flagrante/draft/gate"
)

// Exporter returns what knows the portals of the configuration.
func (c Config) Exporter(s compose.Settings, last *gate.Gate, w world.World) (*export.Exporter, error) {
	own, err := c.ownRecipes()
	if err != nil {
		return nil, err
	}
	x, err := export.New(export.Options{
		Portals: c.Portals, Recipes: own, Text: TextOptions(s), Creator: Creator(w), Gate: last, Now: w.Now,
		Secrets: export.Sources{Env: w.Env, Keyring: keyring.Get},
	})
	if err != nil {
		return nil, hinted.New(err, "correct the portals in the configuration; `flagrante portals recipes` lists the recipes")
	}
	return x, nil
}

// Creator is what recordings name as the program that wrote them.
func Creator(w world.World) har.Creator { return har.Creator{Name: "flagrante", Version: w.Version} }

// ownRecipes reads the recipes that the configuration names.
func (c Config) ownRecipes() (map[string]*export.Recipe, error) {
	own := map[string]*export.Recipe{}
	for _, path := range c.Recipes {
		r, err := ReadRecipe(path)
		if err != nil {
			return nil, err
		}
		if own[r.Name] != nil {
			return nil, hinted.New(fmt.Errorf("two recipes are called %s", r.Name), "give each a name of its own")
		}
		own[r.Name] = r
	}
	return own, nil
}

// ReadRecipe reads a recipe of the user's own; an error names the line.
func ReadRecipe(path string) (*export.Recipe, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, hinted.New(fmt.Errorf("read the recipe: %w", err), "`flagrante portals recipes NAME` prints one to begin with")
	}
	r, err := export.ParseRecipe(path, data)
	if err != nil {
		return nil, hinted.New(err, "correct these lines; docs/guide/recipes.en.md explains the keys")
	}
	return r, nil
}
