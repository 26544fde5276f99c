// Package config reads the configuration, and makes of it what the parts are opened with.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"flagrante/capture/judge"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/export"
	"flagrante/draft/lines"
	"flagrante/draft/suggest"
	"flagrante/draft/text"
)

// Config is the configuration file.
type Config struct {
	Proxy struct {
		Listen        string        `yaml:"listen"`
		AnswerTimeout time.Duration `yaml:"answer_timeout"`
		Allow         []string      `yaml:"allow"`
		Users         []userConfig  `yaml:"users"`
		Passthrough   []string      `yaml:"passthrough"`
	} `yaml:"proxy"`
	Desk struct {
		Listen string   `yaml:"listen"`
		Hosts  []string `yaml:"hosts"`
		Users  string   `yaml:"users"`
		Reveal bool     `yaml:"reveal"`
	} `yaml:"desk"`
	Upstream upstreamConfig `yaml:"upstream"`
	Role     string         `yaml:"role"`
	Journal  journalConfig  `yaml:"journal"`
	Lang     string         `yaml:"lang"`
	TimeZone string         `yaml:"time_zone"`
	GeoIP    string         `yaml:"geoip"`
	Origin   struct {
		Name         string   `yaml:"name"`
		Country      string   `yaml:"country"`
		EgressIP     string   `yaml:"egress_ip"`
		TrustedPeers []string `yaml:"trusted_peers"`
	} `yaml:"origin"`
	Store        string                   `yaml:"store"`
	Redact       redactConfig             `yaml:"redact"`
	Retention    Retention                `yaml:"retention"`
	Environments []HostRule               `yaml:"environments"`
	Profile      string                   `yaml:"profile"`
	OnCall       onCallConfig             `yaml:"on_call"`
	Portals      map[string]export.Portal `yaml:"portals"`
	Recipes      []string                 `yaml:"recipes"`
	Rules        []judge.Rule             `yaml:"rules"`
	Slow         slowConfig               `yaml:"slow"`
	Contracts    []contractConfig         `yaml:"contracts"`
	Traces       struct {
		Endpoint string `yaml:"endpoint"`
	} `yaml:"traces"`
}

// onCallConfig is how the vendor's people on duty are reached.
type onCallConfig struct {
	Phone string `yaml:"phone"`
}

// HostRule says which environment the hosts of a pattern are.
type HostRule struct {
	Host        string `yaml:"host"`
	Environment string `yaml:"environment"`
}

// Defaults is what holds where neither file, variable nor flag says otherwise.
func Defaults() Config {
	var c Config
	c.Proxy.Listen = "127.0.0.1:8790"
	c.Proxy.AnswerTimeout = 10 * time.Minute
	c.Desk.Listen = "127.0.0.1:8791"
	c.Role, c.Journal.Size = RoleAll, "1GB"
	c.Lang = string(draft.Portuguese)
	c.Redact.Personal = AtExport
	c.TimeZone = "America/Sao_Paulo"
	c.Slow = defaultSlow()
	return c
}

// Read returns the defaults with the file over them. Without a path the
// usual place is looked at, and no file there is fine.
func Read(path string, w world.World) (Config, error) {
	c := Defaults()
	given := path != ""
	path = Path(path, w)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !given {
		return c, nil
	}
	if err != nil {
		return c, hinted.New(fmt.Errorf("read the configuration: %w", err), "name another file with --config or FLAGRANTE_CONFIG; without one, the defaults hold")
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, hinted.New(fmt.Errorf("read the configuration %s: %w", path, plainly(err, c)), "correct that line; docs/configuration.md explains the keys")
	}
	return c, nil
}

// Path is the file that was named, or the usual one.
func Path(named string, w world.World) string {
	if named != "" {
		return named
	}
	return filepath.Join(BaseDir(w, "XDG_CONFIG_HOME", ".config"), "flagrante", "config.yaml")
}

// plainly says on one line what the YAML reader found wrong.
func plainly(err error, into any) error {
	return errors.New(strings.Join(lines.Plainly(err, into), "; "))
}

// BaseDir is a folder of the XDG Base Directory Specification, which passes over paths that
// are not absolute. Where nobody's home is known it is below the root, and never below the
// folder that happens to be the current one: keys would be left there.
func BaseDir(w world.World, variable, fallback string) string {
	if dir, ok := w.Env(variable); ok && filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(string(filepath.Separator), w.HomeDir(), fallback)
}

// Override replaces a setting by a flag that was given.
func Override(setting *string, flag string) {
	if flag != "" {
		*setting = flag
	}
}

// DraftSettings returns what drafts are made with.
func (c Config) DraftSettings() (compose.Settings, error) {
	lang := draft.Lang(c.Lang)
	if lang != draft.Portuguese && lang != draft.English {
		return compose.Settings{}, hinted.New(fmt.Errorf("there is no language %q", c.Lang), "use pt-BR or en")
	}
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return compose.Settings{}, hinted.New(fmt.Errorf("there is no time zone %q", c.TimeZone), "use a name of the tz database, such as America/Sao_Paulo")
	}
	guide, _, err := c.Guide()
	if err != nil {
		return compose.Settings{}, err
	}
	hosts, err := c.hostRules()
	return compose.Settings{Profile: guide, Lang: lang, Zone: zone, Hosts: hosts, Phone: c.OnCall.Phone}, err
}

func (c Config) hostRules() ([]suggest.HostRule, error) {
	var rules []suggest.HostRule
	for _, r := range c.Environments {
		env := draft.Environment(r.Environment)
		if env != draft.Production && env != draft.Staging || r.Host == "" {
			return nil, hinted.New(fmt.Errorf("the environment rule %q: %q can't be used", r.Host, r.Environment), "give a host pattern, and production or staging")
		}
		rules = append(rules, suggest.HostRule{Pattern: r.Host, Environment: env})
	}
	return rules, nil
}

// TextOptions are what tickets are written with.
func TextOptions(s compose.Settings) text.Options {
	return text.Options{Profile: s.Profile, Lang: s.Lang, Zone: s.Zone}
}
