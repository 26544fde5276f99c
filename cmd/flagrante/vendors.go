package main

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// upstreamConfig is about the connections to vendors.
type upstreamConfig struct {
	CAFile       string              `yaml:"ca_file"`
	Certificates []certificateConfig `yaml:"certificates"`
	ExtraRoots   []rootsConfig       `yaml:"extra_roots"`
	Unverified   []string            `yaml:"unverified"`
	Proxies      []proxyConfig       `yaml:"proxies"`
}

// certificateConfig is the client certificate for some hosts.
type certificateConfig struct {
	Host         string `yaml:"host"`
	CertFile     string `yaml:"cert_file"`
	KeyFile      string `yaml:"key_file"`
	PKCS12File   string `yaml:"pkcs12_file"`
	PasswordEnv  string `yaml:"password_env"`
	PasswordFile string `yaml:"password_file"`
}

// rootsConfig are certificates that the vendors of some hosts may be signed by.
type rootsConfig struct {
	Host string `yaml:"host"`
	File string `yaml:"file"`
}

// proxyConfig is the way to some hosts.
type proxyConfig struct {
	Host         string `yaml:"host"`
	URL          string `yaml:"url"`
	PasswordEnv  string `yaml:"password_env"`
	PasswordFile string `yaml:"password_file"`
}

// newDialer returns what connects to vendors. The desk is never dialled.
func newDialer(o appOptions, t server.Timeouts, desk net.Addr) (*upstream.Dialer, error) {
	roots, err := upstreamRoots(o)
	if err != nil {
		return nil, err
	}
	c := o.Config.Upstream
	options := upstream.Options{
		Now: o.World.now, Timeouts: upstream.Timeouts{Connect: t.Connect, Handshake: t.Handshake}, Roots: roots,
		Unverified: c.Unverified, Environment: proxyVariables(o.World), LookupEnv: o.World.env, Log: o.Log,
		Pseudonym: "flagrante-" + strings.ToLower(rand.Text()),
	}
	if desk != nil {
		options.Closed = []net.Addr{desk}
	}
	for _, r := range c.Certificates {
		options.Certificates = append(options.Certificates, upstream.Certificate{
			Host: r.Host, CertFile: r.CertFile, KeyFile: r.KeyFile, PKCS12File: r.PKCS12File,
			Password: upstream.Secret{Env: r.PasswordEnv, File: r.PasswordFile},
		})
	}
	for _, r := range c.ExtraRoots {
		options.ExtraRoots = append(options.ExtraRoots, upstream.ExtraRoots(r))
	}
	for _, r := range c.Proxies {
		options.Proxies = append(options.Proxies, upstream.ProxyRule{Host: r.Host, URL: r.URL, Password: upstream.Secret{Env: r.PasswordEnv, File: r.PasswordFile}})
	}
	dialer, err := upstream.New(options)
	if err != nil {
		return nil, &hinted{err, "correct the keys under upstream in the configuration"}
	}
	return dialer, nil
}

// proxyVariables reads the usual variables; the lower-case ones come first, as
// with curl.
func proxyVariables(w world) upstream.Environment {
	first := func(names ...string) string {
		for _, name := range names {
			if value, ok := w.env(name); ok && value != "" {
				return value
			}
		}
		return ""
	}
	return upstream.Environment{
		HTTPProxy:  first("http_proxy", "HTTP_PROXY"),
		HTTPSProxy: first("https_proxy", "HTTPS_PROXY"),
		NoProxy:    first("no_proxy", "NO_PROXY"),
	}
}

// upstreamRoots are the certificates of the system, and those of the settings, once somebody asks for
// them. They are nil where the former can't be read and the latter are none: each call tells of it then.
func upstreamRoots(o appOptions) (func() *x509.CertPool, error) {
	data := o.UpstreamPEM
	if path := o.Config.Upstream.CAFile; path != "" {
		more, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the certificates of vendors: %w", err)
		}
		data = append(data, more...)
	}
	if len(data) > 0 && !x509.NewCertPool().AppendCertsFromPEM(data) {
		return nil, &hinted{errors.New("the file of vendors' certificates holds none"), "give a PEM file with BEGIN CERTIFICATE lines"}
	}
	return sync.OnceValue(func() *x509.CertPool {
		roots, _ := o.World.systemRoots()
		if len(data) == 0 {
			return roots
		}
		return upstream.Beside(roots, data, o.Log)
	}), nil
}
