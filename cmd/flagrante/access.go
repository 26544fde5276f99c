package main

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// userConfig is somebody who may use the proxy from another machine.
type userConfig struct {
	Name         string `yaml:"name"`
	PasswordEnv  string `yaml:"password_env"`
	PasswordFile string `yaml:"password_file"`
}

// access returns who may use the proxy.
func (c config) access(w world) (server.Access, error) {
	allow, err := prefixes("address of proxy.allow", c.Proxy.Allow)
	if err != nil {
		return server.Access{}, err
	}
	a := server.Access{Allow: allow}
	for _, u := range c.Proxy.Users {
		known := slices.ContainsFunc(a.Users, func(other server.User) bool { return other.Name == u.Name })
		if known || u.Name == "" || strings.Contains(u.Name, ":") {
			return a, &hinted{fmt.Errorf("proxy.users: the name %q can't be used", u.Name), "give every user a name of their own, without a colon"}
		}
		password, err := upstream.Secret{Env: u.PasswordEnv, File: u.PasswordFile}.Read(w.env)
		if err != nil {
			return a, fmt.Errorf("proxy.users: %s: %w", u.Name, err)
		}
		if password == "" {
			return a, &hinted{fmt.Errorf("proxy.users: %s has no password", u.Name), "name what holds it with password_env or password_file"}
		}
		a.Users = append(a.Users, server.User{Name: u.Name, Password: password})
	}
	return a, nil
}

// mayListen refuses an address that other machines can reach when nobody there
// may use the proxy. Who wants that has to say for whom.
func mayListen(addr net.Addr, a server.Access) error {
	if tcp, ok := addr.(*net.TCPAddr); !ok || tcp.IP.IsLoopback() || !a.Closed() {
		return nil
	}
	return &hinted{
		fmt.Errorf("the proxy would listen on %s, which other machines can reach, and nobody there may use it", addr),
		"say who may with --allow 10.0.0.0/8 or proxy.users in the configuration, or listen on 127.0.0.1",
	}
}
