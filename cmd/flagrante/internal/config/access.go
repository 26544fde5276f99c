package config

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// userConfig is somebody who may use the proxy from another machine.
type userConfig struct {
	Name         string `yaml:"name"`
	PasswordEnv  string `yaml:"password_env"`
	PasswordFile string `yaml:"password_file"`
}

// Access returns who may use the proxy.
func (c Config) Access(w world.World) (server.Access, error) {
	allow, err := prefixes("address of proxy.allow", c.Proxy.Allow)
	if err != nil {
		return server.Access{}, err
	}
	a := server.Access{Allow: allow}
	for _, u := range c.Proxy.Users {
		known := slices.ContainsFunc(a.Users, func(other server.User) bool { return other.Name == u.Name })
		if known || u.Name == "" || strings.Contains(u.Name, ":") {
			return a, hinted.New(fmt.Errorf("proxy.users: the name %q can't be used", u.Name), "give every user a name of their own, without a colon")
		}
		password, err := upstream.Secret{Env: u.PasswordEnv, File: u.PasswordFile}.Read(w.Env)
		if err != nil {
			return a, fmt.Errorf("proxy.users: %s: %w", u.Name, err)
		}
		if password == "" {
			return a, hinted.New(fmt.Errorf("proxy.users: %s has no password", u.Name), "name what holds it with password_env or password_file")
		}
		a.Users = append(a.Users, server.User{Name: u.Name, Password: password})
	}
	return a, nil
}

// prefixes reads networks; a bare address is a network of one.
func prefixes(what string, list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if addr, addrErr := netip.ParseAddr(s); addrErr == nil {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, hinted.New(fmt.Errorf("the %s %q is neither an address nor a network", what, s), "write 10.0.0.5 or 10.0.0.0/8")
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
