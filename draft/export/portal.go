package export

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Portal is one place to send drafts to, as the settings describe it.
type Portal struct {
	// Recipe is the name of the recipe.
	Recipe string `yaml:"recipe"`
	// URL is where the portal begins, without user or query. It must be https,
	// unless AllowPrivate is set and the portal's address is private.
	URL string `yaml:"url"`
	// TokenEnv names the environment variable that holds the token, TokenFile
	// the file that does. One of them is given; the token itself never is.
	TokenEnv  string `yaml:"token_env"`
	TokenFile string `yaml:"token_file"`
	// Requestor is who asks: an e-mail address, or what else the portal knows.
	Requestor string `yaml:"requestor"`
	// Values replace or complete the values of the recipe.
	Values map[string]Override `yaml:"values"`
	// AllowPrivate permits loopback and private addresses.
	AllowPrivate bool `yaml:"allow_private"`
	// CAFile holds further certificate authorities to trust, as PEM.
	CAFile string `yaml:"ca_file"`
}

// Override is a portal's own value: a text that always holds, or a map that
// goes before the recipe's. In YAML it is a string or a mapping.
type Override struct {
	Fixed string
	Map   map[string]string
}

// UnmarshalYAML reads the string or the mapping.
func (o *Override) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		return node.Decode(&o.Fixed)
	}
	return node.Decode(&o.Map)
}

// value returns what v comes to for the word of a draft, empty when nothing fits.
func (o Override) value(v Value, word string) string {
	if o.Fixed != "" {
		return o.Fixed
	}
	if own, ok := o.Map[word]; ok {
		return own
	}
	return v.Map[word]
}

// check reports what is wrong with the settings of a portal.
func (p Portal) check(known map[string]*Recipe) error {
	r, ok := known[p.Recipe]
	if !ok {
		return fmt.Errorf("recipe: %q is not one of %s", p.Recipe, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
	errs := []error{p.checkURL()}
	if (p.TokenEnv == "") == (p.TokenFile == "") {
		errs = append(errs, errors.New("give one of token_env and token_file"))
	}
	for name := range p.Values {
		if _, ok := r.Values[name]; !ok {
			errs = append(errs, fmt.Errorf("values: the recipe %s has no value %q", p.Recipe, name))
		}
	}
	return errors.Join(errs...)
}

func (p Portal) checkURL() error {
	u, err := url.Parse(p.URL)
	switch {
	case err != nil:
		return errors.New("url: is not a URL")
	case u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return errors.New("url: must begin with https:// and a host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("url: must have no user, query or fragment")
	case u.Scheme == "http" && !p.AllowPrivate:
		return errors.New("url: plain http would show the token; use https (or allow_private for a portal on a private address)")
	}
	return nil
}

// base returns the URL without a slash at its end.
func (p Portal) base() string { return strings.TrimRight(p.URL, "/") }

// secret reads the token. Its errors never hold any part of it.
func (p Portal) secret(env func(string) (string, bool)) (string, error) {
	token := ""
	if p.TokenEnv != "" {
		if value, ok := env(p.TokenEnv); ok {
			token = value
		}
	} else {
		data, err := os.ReadFile(p.TokenFile)
		if err != nil {
			return "", fmt.Errorf("token: %w", err)
		}
		token = string(data)
	}
	token = strings.TrimSpace(token)
	if token == "" {
		return "", fmt.Errorf("token: %s is empty or not set", p.tokenPlace())
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("token: %s holds characters that no token has", p.tokenPlace())
	}
	return token, nil
}

// tokenPlace says where the token comes from.
func (p Portal) tokenPlace() string {
	if p.TokenEnv != "" {
		return "the environment variable " + p.TokenEnv
	}
	return "the file " + p.TokenFile
}
