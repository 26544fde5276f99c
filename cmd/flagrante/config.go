package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"

	"flagrante/cmd/flagrante/internal/app"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/gate"
	"flagrante/proxy/server"
)

// configCmd is about the configuration.
type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Check the configuration, with the files that it names."`
	Show  configShowCmd  `cmd:"" help:"Print the configuration that holds, and where each value comes from."`
}

// configCheckCmd checks a file.
type configCheckCmd struct {
	File string `arg:"" optional:"" help:"Another file than the one in use."`
}

// Run reads it as serve does, and names each key that can't be used by its line.
func (k *configCheckCmd) Run(parsed *kong.Context, c *cli, w world.World) error {
	if k.File != "" {
		c.Config = k.File
	}
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	origins, err := c.origins(parsed, w)
	if err != nil {
		return err
	}
	bad := 0
	for _, key := range config.Keys() {
		if err := checkKey(conf, key, w); err != nil {
			bad++
			report(w, fmt.Errorf("%s: %s: %w", origins[key.Name], key.Name, err))
		}
	}
	path := config.Path(c.Config, w)
	if bad > 0 {
		return hinted.New(fmt.Errorf("%s: %s can't be used", path, counted(int64(bad), "key")), "docs/configuration.md explains the keys")
	}
	verdict := "in order"
	if !exists(path) {
		verdict = "not there; the defaults hold"
	}
	_, err = fmt.Fprintf(w.Out, "%s: %s\n", path, verdict)
	return err
}

// checkKey uses one key beside the defaults of all others.
func checkKey(c config.Config, key config.Key, w world.World) error {
	alone := config.Defaults()
	switch key.Name {
	case "portals":
		alone.Recipes = c.Recipes
	case "role":
		alone.Store = c.Store
	}
	value := reflect.ValueOf(c).FieldByIndex(key.Index)
	field := reflect.ValueOf(&alone).Elem().FieldByIndex(key.Index)
	if reflect.DeepEqual(value.Interface(), field.Interface()) {
		return nil
	}
	field.Set(value)
	return checkConfig(alone, w)
}

// checkConfig uses every part of the configuration, as the commands would.
func checkConfig(c config.Config, w world.World) error {
	settings, err := c.DraftSettings()
	if err != nil {
		return err
	}
	_, accessErr := c.Access(w)
	_, sealedErr := config.HostPatterns(c.Proxy.Passthrough)
	_, redactErr := c.Redact.Options()
	_, judgeErr := newJudging(c)
	_, dialErr := app.NewDialer(app.Options{Config: c, World: w}, server.DefaultTimeouts(), nil)
	_, exportErr := c.Exporter(settings, gate.New(settings.Redactor), w)
	_, usersErr := c.DeskUsers()
	tracesErr := c.CheckTraces()
	_, storeErr := c.Place("")
	return errors.Join(storeErr, c.CheckRole(), accessErr, usersErr, sealedErr, redactErr, judgeErr, dialErr, exportErr, tracesErr)
}

// configShowCmd prints what holds.
type configShowCmd struct {
	serveFlags
	Origin bool `help:"Also say where each value comes from."`
	JSON   bool `name:"json" help:"Print JSON, with the origins."`
}

// shownKey is a key as it is printed.
type shownKey struct {
	Key    string `json:"key"`
	Value  any    `json:"value"`
	Origin string `json:"origin"`
}

// Run prints the keys in their order.
func (s *configShowCmd) Run(parsed *kong.Context, c *cli, w world.World) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	s.apply(&conf)
	origins, err := c.origins(parsed, w)
	if err != nil {
		return err
	}
	var shown []shownKey
	for _, key := range config.Keys() {
		value := reflect.ValueOf(conf).FieldByIndex(key.Index)
		if key.Name == "store" && conf.Store != "" {
			value = reflect.ValueOf(config.WithoutPassword(conf.Store))
		}
		shown = append(shown, shownKey{key.Name, value.Interface(), origins[key.Name]})
	}
	if s.JSON {
		for i := range shown {
			if shown[i].Value, err = plainValue(shown[i].Value); err != nil {
				return err
			}
		}
		return printJSON(w.Out, shown)
	}
	return s.table(w, shown)
}

func (s *configShowCmd) table(w world.World, shown []shownKey) error {
	table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	for _, one := range shown {
		text, err := oneLine(one.Value)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%s", one.Key, text)
		if s.Origin {
			fmt.Fprintf(table, "\t%s", one.Origin)
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

// origins says where each key has its value from.
func (c *cli) origins(parsed *kong.Context, w world.World) (map[string]string, error) {
	all := map[string]string{}
	lines, err := fileLines(config.Path(c.Config, w))
	if err != nil {
		return nil, err
	}
	for _, key := range config.Keys() {
		all[key.Name] = "default"
		if place, ok := lines[key.Name]; ok {
			all[key.Name] = place
		}
	}
	over, err := new(config.Config).Overlay(w.Env, c.Option)
	if err != nil {
		return nil, err
	}
	for name, origin := range over {
		all[name] = origin
	}
	for _, step := range parsed.Path {
		if step.Flag == nil {
			continue
		}
		if name, ok := config.FlagKeys()[step.Flag.Name]; ok {
			all[name] = "--" + step.Flag.Name
		}
	}
	return all, nil
}

// fileLines returns where a file has each key, as FILE:LINE.
func fileLines(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, fmt.Errorf("read the configuration %s: %w", path, err)
	}
	lines := map[string]string{}
	if len(document.Content) > 0 {
		noteLines(lines, path, "", document.Content[0])
	}
	return lines, nil
}

func noteLines(lines map[string]string, path, prefix string, node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := prefix + node.Content[i].Value
		lines[name] = fmt.Sprintf("%s:%d", path, node.Content[i].Line)
		noteLines(lines, path, name+".", node.Content[i+1])
	}
}

// plainValue turns a value into what YAML would say, for JSON. Passwords in
// addresses stay out of sight.
func plainValue(value any) (plain any, err error) {
	data, err := yaml.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("show the configuration: %w", err)
	}
	err = yaml.Unmarshal([]byte(masked(string(data))), &plain)
	return plain, err
}

// oneLine writes a value in YAML's flow style.
func oneLine(value any) (string, error) {
	var node yaml.Node
	if err := node.Encode(value); err != nil {
		return "", fmt.Errorf("show the configuration: %w", err)
	}
	node.Style = yaml.FlowStyle
	data, err := yaml.Marshal(&node)
	return masked(strings.Join(strings.Fields(string(data)), " ")), err
}

// masked hides passwords in addresses.
func masked(text string) string {
	return regexp.MustCompile(`(://[^/@:\s]*):[^/@\s]+@`).ReplaceAllString(text, "$1:***@")
}
