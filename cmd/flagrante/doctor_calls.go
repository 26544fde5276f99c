package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"flagrante/capture/store"
	"flagrante/capture/store/trouble"
	"flagrante/cmd/flagrante/internal/app"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/doctor"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/serving"
	"flagrante/cmd/flagrante/internal/trust"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// selfHost is a name that no vendor has (RFC 2606): a tunnel to it shows that the
// proxy intercepts, and nothing leaves the machine.
const selfHost = "doctor.flagrante.invalid"

// callPatience bounds each connection of the doctor.
const callPatience = 10 * time.Second

// machine is this one, as the environment tells of it.
func machine(w world.World) trust.Machine {
	home, _ := w.Env("HOME")
	java, _ := w.Env("JAVA_HOME")
	return trust.Machine{Home: home, JavaHome: java, OS: runtime.GOOS, UID: os.Getuid()}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// ports looks at the running flagrante, or whether one could run.
func (e *examination) ports(ctx context.Context) {
	running, err := serving.Find(e.dir)
	if errors.Is(err, serving.ErrNone) {
		e.add(doctor.Address("proxy", e.conf.Proxy.Listen), doctor.Address("desk", e.conf.Desk.Listen))
		return
	}
	if err != nil {
		e.check("serve", e.dir, "", err)
		return
	}
	e.running, e.serves = running, true
	e.check("serve", "desk", fmt.Sprintf("ready at http://%s (process %d, %s)", running.Desk, running.PID, running.Version), ready(ctx, running.Desk))
	e.check("serve", "proxy", "a call through it is intercepted, with a certificate of the authority", e.selfCall(ctx, running.Proxy))
}

// ready asks the desk whether the product can do its work.
func ready(ctx context.Context, desk string) error {
	ctx, cancel := context.WithTimeout(ctx, callPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+desk+"/readyz", nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return hinted.New(err, "stop the flagrante that serves this folder, and start it again")
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		said, _ := bufio.NewReader(answer.Body).ReadString('\n')
		return hinted.New(fmt.Errorf("%s: %s", answer.Status, said), "its log says more")
	}
	return nil
}

// selfCall opens a tunnel as an app does, and ends it after the handshake, so that
// there is no call to record.
func (e *examination) selfCall(ctx context.Context, proxy string) error {
	if e.ca == nil {
		return hinted.New(errors.New("the authority can't be read"), "see the check of the authority")
	}
	roots := x509.NewCertPool()
	roots.AddCert(e.ca.Root())
	ctx, cancel := context.WithTimeout(ctx, callPatience)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", proxy)
	if err != nil {
		return hinted.New(err, "stop the flagrante that serves this folder, and start it again")
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	fmt.Fprintf(conn, "CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n", selfHost, selfHost)
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	if err != nil {
		return hinted.New(fmt.Errorf("what listens at %s is no proxy: %w", proxy, err), "choose another address with --proxy")
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return hinted.New(fmt.Errorf("the proxy refuses this machine: %s", answer.Status), "see proxy.allow and proxy.users in docs/configuration.md")
	}
	if err := tls.Client(conn, &tls.Config{RootCAs: roots, ServerName: selfHost}).HandshakeContext(ctx); err != nil {
		return hinted.New(err, "the running flagrante has another authority: start it again after `flagrante ca rotate`")
	}
	return nil
}

// store looks at the database.
func (e *examination) store(ctx context.Context) {
	if e.conf.Store != "" {
		e.journal(ctx)
	}
	if e.conf.OnlyProxy() {
		e.delivers(ctx)
		return
	}
	path := filepath.Join(e.dir, datadir.DatabaseFile)
	if e.conf.Store == "" && !exists(path) {
		return
	}
	s, err := archive.OpenStore(ctx, e.dir, e.conf, e.World)
	if err != nil {
		e.check("store", config.WithoutPassword(cmp.Or(e.conf.Store, path)), "", held(path, err))
		return
	}
	path = s.Name()
	problems, version, err := s.Check(ctx)
	if err == nil && len(problems) > 0 {
		err = damaged(problems)
	}
	e.check("store", path, fmt.Sprintf("whole, schema %d", version), held(path, err))
	if err := s.Ready(ctx); err != nil {
		e.check("store", path, "", held(path, err))
	}
	e.search(ctx, s)
	if s.Central() {
		e.masks(ctx, s)
	}
	if err := s.Close(); err != nil {
		e.check("store", path, "", err)
	}
}

// held says what to do about a database that another program does not let go of.
func held(path string, err error) error {
	if trouble.Of(err) != trouble.Locked {
		return err
	}
	return hinted.New(fmt.Errorf("another program writes in it, and does not end: %w", err), "end that program; `fuser '"+path+"'` names those that have it open")
}

// damaged tells the first problem, and how many there are.
func damaged(problems []store.Problem) error {
	text := fmt.Sprintf("the database is damaged (%s): %s", problems[0].Sort, problems[0].Text)
	if more := len(problems) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return hinted.New(errors.New(text), "stop flagrante, and put a backup in its place")
}

// search says how far the index of words is behind.
func (e *examination) search(ctx context.Context, s *store.Store) {
	n, err := s.Unindexed(ctx)
	if err != nil {
		e.check("search", "index of words", "", err)
		return
	}
	f := doctor.Finding{Check: "search", Subject: "index of words", Status: doctor.OK, Detail: "holds all failures"}
	if n > 0 {
		f.Status, f.Detail, f.Remedy = doctor.Info, fmt.Sprintf("is behind by %d failures", n), "a flagrante that serves this folder makes up for it by itself"
	}
	e.add(f)
}

// portals looks whether their tokens are there; `flagrante portals check` asks them.
func (e *examination) portals() {
	for _, name := range sortedNames(e.conf.Portals) {
		p := e.conf.Portals[name]
		token, err := upstream.Secret{Env: p.TokenEnv, File: p.TokenFile}.Read(e.Env)
		if err == nil && token == "" && (p.TokenEnv != "" || p.TokenFile != "") {
			err = errors.New("there is no token")
		}
		if err != nil {
			err = hinted.New(err, "set the variable that token_env names, or write the file that token_file names")
		}
		host := p.URL
		if u, parseErr := url.Parse(p.URL); parseErr == nil {
			host = u.Host
		}
		e.check("portal", name, "its token is there; "+host+" was not asked", err)
	}
}

// upstream makes a connection to each host, as the proxy would.
func (e *examination) upstream(ctx context.Context, hosts []string) {
	if len(hosts) == 0 {
		return
	}
	timeouts := server.DefaultTimeouts()
	timeouts.Connect, timeouts.Handshake = callPatience, callPatience
	dialer, err := app.NewDialer(app.Options{Config: e.conf, World: e.World}, timeouts, nil)
	if err != nil {
		e.check("upstream", "rules", "", err)
		return
	}
	for _, host := range hosts {
		target := host
		if _, _, err := net.SplitHostPort(host); err != nil {
			target = net.JoinHostPort(host, "443")
		}
		conn, err := dialer.Dial(ctx, target, upstream.Request{TLS: true, ALPN: []string{"h2", "http/1.1"}})
		if err != nil {
			e.check("upstream", host, "", hinted.New(err, "see upstream in docs/configuration.md for roots, client certificates and proxies"))
			continue
		}
		e.check("upstream", host, "answers at "+conn.Upstream.Addr, conn.Close())
	}
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
