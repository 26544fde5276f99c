package export

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Portal is one place to send drafts to, as the settings describe it.
type Portal struct {
	// Recipe is the name of the recipe.
	Recipe string `yaml:"recipe"`
	// URL is where the portal begins, without user or query. It must be https,
	// unless AllowPrivate is set and the portal's address is private. For mail it is
	// smtp (STARTTLS) or smtps.
	URL string `yaml:"url"`
	// TokenEnv names the environment variable that holds the token, TokenFile
	// the file that does, TokenKeyring the place in the system's keyring.
	TokenEnv     string `yaml:"token_env"`
	TokenFile    string `yaml:"token_file"`
	TokenKeyring string `yaml:"token_keyring"`
	// Secrets are those that a recipe asks for beside the token.
	Secrets map[string]Secret `yaml:"secrets"`
	// Requestor is who asks: an e-mail address, or what else the portal knows.
	Requestor string `yaml:"requestor"`
	// Set gives the settings that the recipe asks for.
	Set map[string]string `yaml:"set"`
	// Values replace or complete the values of the recipe.
	Values map[string]Override `yaml:"values"`
	// Attach lists the evidence that goes along as files: "har", "curl". Nil means
	// har, where the recipe can send files.
	Attach []string `yaml:"attach"`
	// Comments is "offer" (the default), or "send" for comments with the new numbers
	// that go without a click; CommentEvery is the least time between two.
	Comments     string        `yaml:"comments"`
	CommentEvery time.Duration `yaml:"comment_every"`
	// PollEvery is how often the portal is asked for the state of its tickets; less
	// than 0 means never.
	PollEvery time.Duration `yaml:"poll_every"`
	// AllowPrivate permits loopback and private addresses.
	AllowPrivate bool `yaml:"allow_private"`
	// CAFile holds further certificate authorities to trust, as PEM.
	CAFile string `yaml:"ca_file"`
	// CertFile and KeyFile hold the certificate, with its chain, and its key that a portal
	// with TLS on both sides asks for, as PEM.
	CertFile string `yaml:"cert_file"`
	KeyFile  string `yaml:"key_file"`
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
	for _, words := range []map[string]string{o.Map, v.Map} {
		if value, ok := words[word]; ok {
			return value
		}
	}
	return v.Else
}

// The ways in which comments go.
const (
	commentsOffer = "offer"
	commentsSend  = "send"
)

// The evidence that can go along as files.
const (
	attachHAR  = "har"
	attachCurl = "curl"
)

// check reports what is wrong with the settings of a portal.
func (p Portal) check(known map[string]*Recipe) error {
	r, ok := known[p.Recipe]
	if !ok {
		return fmt.Errorf("recipe: %q is not one of %s", p.Recipe, strings.Join(names(known), ", "))
	}
	errs := []error{checkURL("url", p.URL, r.schemes(), p.AllowPrivate), p.checkSecrets(r), p.checkSet(r)}
	for _, name := range names(p.Values) {
		if _, ok := r.Values[name]; !ok {
			errs = append(errs, fmt.Errorf("values: the recipe %s has no value %q", p.Recipe, name))
		}
	}
	if !slices.Contains([]string{"", commentsOffer, commentsSend}, p.Comments) {
		errs = append(errs, fmt.Errorf("comments: %q is neither offer nor send", p.Comments))
	}
	for _, what := range p.Attach {
		if what != attachHAR && what != attachCurl {
			errs = append(errs, fmt.Errorf("attach: %q is neither har nor curl", what))
		}
	}
	if (p.CertFile == "") != (p.KeyFile == "") {
		errs = append(errs, errors.New("cert_file and key_file belong together: give both, as PEM"))
	}
	if p.CommentEvery < 0 {
		errs = append(errs, errors.New("comment_every: is less than nothing"))
	}
	return errors.Join(errs...)
}

func (p Portal) checkSecrets(r *Recipe) error {
	var errs []error
	if token := p.token(); r.needsToken() && p.signsIn(r) || token != (Secret{}) {
		if token.check() != nil {
			errs = append(errs, errors.New("give one of token_env, token_file and token_keyring (SERVICE/USER)"))
		}
	}
	for _, name := range r.Secrets {
		if _, ok := p.Secrets[name]; !ok {
			errs = append(errs, fmt.Errorf("secrets: the recipe %s needs %q", p.Recipe, name))
		}
	}
	for _, name := range names(p.Secrets) {
		if !slices.Contains(r.Secrets, name) {
			errs = append(errs, fmt.Errorf("secrets: the recipe %s has no secret %q", p.Recipe, name))
		}
		if err := p.Secrets[name].check(); err != nil {
			errs = append(errs, fmt.Errorf("secrets: %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// signsIn reports whether a name is given where a password would go with it: some mail
// servers ask for none.
func (p Portal) signsIn(r *Recipe) bool {
	if r.Mail == nil || r.Basic == nil {
		return true
	}
	settings := map[string]string{"requestor": p.Requestor}
	for name := range r.Settings {
		settings[name] = p.setting(r, name)
	}
	return expand(r.Basic.User, values{text: settings}, oneLine) != ""
}

func (p Portal) checkSet(r *Recipe) error {
	var errs []error
	for _, name := range names(p.Set) {
		if _, ok := r.Settings[name]; !ok {
			errs = append(errs, fmt.Errorf("set: the recipe %s has no setting %q; it has: %s", p.Recipe, name, strings.Join(names(r.Settings), ", ")))
		}
	}
	for _, s := range r.Steps {
		if s.Base != "" {
			errs = append(errs, checkURL("set: "+s.Base, p.setting(r, s.Base), r.schemes(), p.AllowPrivate))
		}
	}
	return errors.Join(errs...)
}

// setting returns the portal's own setting, or the recipe's default.
func (p Portal) setting(r *Recipe, name string) string {
	if own, ok := p.Set[name]; ok {
		return own
	}
	return r.Settings[name]
}

// schemes lists what the URL of a portal may begin with, the one that shows no token
// first.
func (r *Recipe) schemes() []string {
	if r.Mail != nil {
		return []string{"smtps", "smtp"}
	}
	return []string{"https", "http"}
}

func checkURL(key, address string, schemes []string, private bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return errors.New(key + ": is not a URL")
	case u.Hostname() == "" || !slices.Contains(schemes, u.Scheme):
		return fmt.Errorf("%s: must begin with %s:// and a host", key, strings.Join(schemes, ":// or "))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New(key + ": must have no user, query or fragment")
	case u.Scheme == "http" && !private:
		return errors.New(key + ": plain http would show the token; use https (or allow_private for a portal on a private address)")
	}
	return nil
}

// token is where the portal's token is.
func (p Portal) token() Secret {
	return Secret{Env: p.TokenEnv, File: p.TokenFile, Keyring: p.TokenKeyring}
}

// base returns the URL without a slash at its end.
func (p Portal) base() string { return strings.TrimRight(p.URL, "/") }

// read returns all secrets by their names, and what is missing of them.
func (p Portal) read(r *Recipe, from Sources) (secrets map[string]string, missing []string) {
	secrets = map[string]string{}
	for _, name := range r.secrets() {
		where, label := p.Secrets[name], name
		if name == "secret" {
			where, label = p.token(), "token"
		}
		if where == (Secret{}) {
			continue
		}
		value, err := where.read(from)
		if err != nil {
			missing = append(missing, label+": "+err.Error())
			continue
		}
		secrets[name] = value
	}
	return secrets, missing
}

// needsToken reports whether the recipe uses the token somewhere.
func (r *Recipe) needsToken() bool {
	if r.Sign != nil && r.Sign.Key == "" {
		return true
	}
	texts := []string{}
	add := func(m map[string]string) {
		for _, text := range m {
			texts = append(texts, text)
		}
	}
	add(r.Header)
	login := func(b *Basic) {
		if b != nil {
			texts = append(texts, b.User, b.Password)
		}
	}
	login(r.Basic)
	if r.Sign != nil {
		texts = append(texts, r.Sign.Key)
	}
	for _, s := range r.Steps {
		add(s.Header)
		login(s.Basic)
		texts = append(texts, s.Path)
		for _, p := range s.Multipart {
			texts = append(texts, p.Value)
		}
		for _, t := range slices.Concat([]Tree{s.JSON}, slices.Collect(maps.Values(s.Query)), slices.Collect(maps.Values(s.Fields))) {
			texts = append(texts, t.texts()...)
		}
	}
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, "{secret}") })
}
