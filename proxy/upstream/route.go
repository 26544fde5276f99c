package upstream

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/http/httpproxy"
)

// ProxyRule says how the hosts of a pattern are reached.
type ProxyRule struct {
	Host string
	// URL is that of an upstream proxy, with the scheme http, https or socks5, or
	// "direct". It may hold a user name and a password.
	URL string
	// Password goes with the user name of URL.
	Password Secret
}

// Environment holds the values of the usual variables about proxies.
type Environment struct {
	HTTPProxy  string
	HTTPSProxy string
	// AllProxy is the proxy where the one for the scheme is not named.
	AllProxy string
	NoProxy  string
}

const direct = "direct"

// hop is an upstream proxy.
type hop struct {
	scheme string
	host   string
	port   string
	// addr is host and port.
	addr string
	// user is nil without credentials.
	user *url.Userinfo
}

// authorization returns the credentials as of RFC 7617, empty for none.
func (h *hop) authorization() string {
	if h.user == nil {
		return ""
	}
	password, _ := h.user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(h.user.Username()+":"+password))
}

// errProxyURL stands for all that may be wrong with a URL: what net/url says
// of one can hold its password.
var errProxyURL = errors.New("it must be a URL such as http://proxy.example:3128, with the scheme http, https or socks5")

func newHop(u *url.URL) (*hop, error) {
	h := &hop{scheme: u.Scheme, host: u.Hostname(), port: u.Port(), user: u.User}
	usual := map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[h.scheme]
	if usual == "" || h.host == "" || (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
		return nil, errProxyURL
	}
	if h.port == "" {
		h.port = usual
	}
	h.addr = net.JoinHostPort(h.host, h.port)
	return h, nil
}

type proxyRule struct {
	pattern Pattern
	// hop is nil for the direct way.
	hop *hop
}

func (r *proxyRule) where() Pattern { return r.pattern }

// routes knows the way to each host.
type routes struct {
	rules       []*proxyRule
	environment func(*url.URL) (*url.URL, error)
}

func newRoutes(o Options) (*routes, error) {
	r := &routes{}
	for _, p := range o.Proxies {
		rule, err := newProxyRule(p, o.LookupEnv)
		if err != nil {
			return nil, err
		}
		r.rules = append(r.rules, rule)
	}
	sortRules(r.rules)
	e := o.Environment
	for name, value := range map[string]string{"HTTP_PROXY": e.HTTPProxy, "HTTPS_PROXY": e.HTTPSProxy, "ALL_PROXY": e.AllProxy} {
		if !usable(value) {
			return nil, fmt.Errorf("read the upstream proxy of the variable %s: %w", name, errProxyURL)
		}
	}
	env := httpproxy.Config{HTTPProxy: cmp.Or(e.HTTPProxy, e.AllProxy), HTTPSProxy: cmp.Or(e.HTTPSProxy, e.AllProxy), NoProxy: exceptions(e.NoProxy)}
	r.environment = env.ProxyFunc()
	return r, nil
}

// exceptions writes a list of hosts to be reached directly, as curl reads it, in the form
// that httpproxy takes: with commas alone between them, a name also for what is below it
// whether or not it begins with a dot, no dot at its end, and no brackets around an address.
func exceptions(list string) string {
	hosts := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	for i, host := range hosts {
		host = strings.Trim(host, ".")
		if inner, ok := strings.CutPrefix(host, "["); ok && strings.HasSuffix(inner, "]") {
			host = strings.TrimSuffix(inner, "]")
		}
		hosts[i] = host
	}
	return strings.Join(hosts, ",")
}

func newProxyRule(p ProxyRule, lookup func(string) (string, bool)) (*proxyRule, error) {
	pattern, err := ParsePattern(p.Host)
	if err != nil {
		return nil, fmt.Errorf("upstream proxy: %w", err)
	}
	rule := &proxyRule{pattern: pattern}
	if p.URL == direct {
		return rule, nil
	}
	u, err := url.Parse(p.URL)
	if err != nil {
		return nil, fmt.Errorf("upstream proxy for %s: %w", p.Host, errProxyURL)
	}
	if p.Password != (Secret{}) {
		if u.User.Username() == "" {
			return nil, fmt.Errorf("upstream proxy for %s: a password needs a user name in the URL", p.Host)
		}
		password, err := p.Password.Read(lookup)
		if err != nil {
			return nil, fmt.Errorf("upstream proxy for %s: %w", p.Host, err)
		}
		u.User = url.UserPassword(u.User.Username(), password)
	}
	if rule.hop, err = newHop(u); err != nil {
		return nil, fmt.Errorf("upstream proxy for %s: %w", p.Host, err)
	}
	return rule, nil
}

// usable reports whether a variable is empty or names a proxy. The scheme may be
// missing, as it may for httpproxy, which passes over what it cannot read: the
// traffic would take another way than the one asked for.
func usable(value string) bool {
	if value == "" {
		return true
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme == "" || u.Host == "" {
		u, err = url.Parse("http://" + value)
	}
	if err != nil {
		return false
	}
	_, err = newHop(u)
	return err == nil
}

// to returns the upstream proxy for a target, nil for the direct way. Plain
// says that plain HTTP requests follow, for which the environment has a
// variable of its own.
func (r *routes) to(host, port string, plain bool) (*hop, error) {
	if rule := pick(r.rules, host, port); rule != nil {
		return rule.hop, nil
	}
	scheme := "https"
	if plain {
		scheme = "http"
	}
	u, err := r.environment(&url.URL{Scheme: scheme, Host: net.JoinHostPort(strings.TrimSuffix(host, "."), port)})
	if err != nil || u == nil {
		return nil, err
	}
	return newHop(u)
}
