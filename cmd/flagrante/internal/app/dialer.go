package app

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// NewDialer returns what connects to vendors. The desk is never dialled.
func NewDialer(o Options, t server.Timeouts, desk net.Addr) (*upstream.Dialer, error) {
	roots, err := upstreamRoots(o)
	if err != nil {
		return nil, err
	}
	c := o.Config.Upstream
	options := upstream.Options{
		Now: o.World.Now, Timeouts: upstream.Timeouts{Connect: t.Connect, Handshake: t.Handshake}, Roots: roots,
		Unverified: c.Unverified, Environment: proxyVariables(o.World), LookupEnv: o.World.Env, Log: o.Log,
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
		return nil, hinted.New(err, "correct the keys under upstream in the configuration")
	}
	return dialer, nil
}

// proxyVariables reads the usual variables; the lower-case ones come first, as
// with curl.
func proxyVariables(w world.World) upstream.Environment {
	first := func(names ...string) string {
		for _, name := range names {
			if value, ok := w.Env(name); ok && value != "" {
				return value
			}
		}
		return ""
	}
	return upstream.Environment{
		HTTPProxy:  first("http_proxy", "HTTP_PROXY"),
		HTTPSProxy: first("https_proxy", "HTTPS_PROXY"),
		AllProxy:   first("all_proxy", "ALL_PROXY"),
		NoProxy:    first("no_proxy", "NO_PROXY"),
	}
}

// upstreamRoots are the certificates of the system, and those of the settings, once somebody asks for
// them. They are nil where the former can't be read and the latter are none: each call tells of it then.
func upstreamRoots(o Options) (func() *upstream.Roots, error) {
	data := o.UpstreamPEM
	if path := o.Config.Upstream.CAFile; path != "" {
		more, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the certificates of vendors: %w", err)
		}
		data = append(data, more...)
	}
	if len(data) > 0 && !x509.NewCertPool().AppendCertsFromPEM(data) {
		return nil, hinted.New(errors.New("the file of vendors' certificates holds none"), "give a PEM file with BEGIN CERTIFICATE lines")
	}
	return sync.OnceValue(func() *upstream.Roots {
		roots, _ := o.World.SystemRoots()
		if len(data) == 0 {
			return roots
		}
		return upstream.Beside(roots, data, o.Log)
	}), nil
}
