package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"flagrante/cmd/badbank"
	"flagrante/cmd/flagrante/internal/app"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
)

// demoCmd shows the product with traffic of its own.
type demoCmd struct {
	serveFlags
	Once bool `help:"End when the drafts are printed, instead of keeping the desk open." `
}

// Run starts a misbehaving bank and the real product, sends the bank's script of
// calls through the proxy, and prints the drafts.
func (d *demoCmd) Run(ctx context.Context, c *cli, w world.World) (err error) {
	bank, err := badbank.Start(badbank.Options{Now: w.Now})
	if err != nil {
		return fmt.Errorf("start the bank of the demo: %w", err)
	}
	defer func() { err = errors.Join(err, bank.Close()) }()
	a, err := d.open(ctx, c, w, bank)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := d.calls(ctx, a, bank, w.Out); err != nil {
		return err
	}
	if err := a.Settle(ctx); err != nil {
		return err
	}
	fmt.Fprintln(w.Out)
	rows := pages(0, func(after string, limit int) ([]draft.Draft, string, error) { return a.Book.List(ctx, after, limit) })
	if err := printDrafts(w.Out, rows, a.Compose.Lang, coloursFor(w, w.Out)); err != nil {
		return err
	}
	return d.end(ctx, a, c, w)
}

// open opens the product beside whatever else runs: on free ports, and in a
// folder of the demo's own.
func (d *demoCmd) open(ctx context.Context, c *cli, w world.World, bank *badbank.Server) (*app.App, error) {
	conf, err := c.settings(w)
	if err != nil {
		return nil, err
	}
	conf.Proxy.Listen, conf.Desk.Listen = "127.0.0.1:0", "127.0.0.1:0"
	d.apply(&conf)
	// The bank is on loopback, which is no production; its HTTPS side plays one.
	https, err := url.Parse(bank.HTTPS)
	if err != nil {
		return nil, err
	}
	rule := config.HostRule{Host: https.Host, Environment: string(draft.Production)}
	conf.Environments = append([]config.HostRule{rule}, conf.Environments...)
	log, err := d.log(world.World{Env: w.Env, Now: w.Now, Err: io.Discard})
	if err != nil {
		return nil, err
	}
	if c.Data == "" {
		c.Data = filepath.Join(filepath.Dir(c.dataDir(w)), "flagrante-demo")
	}
	a, err := app.Open(ctx, app.Options{Dir: c.dataDir(w), Config: conf, UpstreamPEM: bank.CAPEM(), World: w, Log: log})
	if err != nil {
		return nil, err
	}
	if err := keepRule(d.configFile(c), rule); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// configFile is where the demo leaves its rule, so that whoever looks at its
// drafts later sees the same environments.
func (d *demoCmd) configFile(c *cli) string { return filepath.Join(c.Data, "demo.yaml") }

func keepRule(path string, rule config.HostRule) error {
	data, err := yaml.Marshal(map[string][]config.HostRule{"environments": {rule}})
	if err != nil {
		return fmt.Errorf("write the configuration of the demo: %w", err)
	}
	return os.WriteFile(path, data, 0o600)
}

// calls sends the script through the proxy, as an app would that trusts the
// authority.
func (d *demoCmd) calls(ctx context.Context, a *app.App, bank *badbank.Server, out io.Writer) error {
	client, err := demoClient(a)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	for _, call := range bank.Calls() {
		if err := ctx.Err(); err != nil {
			return err
		}
		fmt.Fprintf(out, "%-7s %s  %s\n", call.Method, call.URL, attempt(ctx, client, call))
	}
	return nil
}

func demoClient(a *app.App) (*http.Client, error) {
	pem, err := os.ReadFile(a.CAPath)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return &http.Client{Transport: &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: a.ProxyAddr.String()}),
		TLSClientConfig: &tls.Config{RootCAs: roots},
	}}, nil
}

// attempt makes a call and says what the app saw.
func attempt(ctx context.Context, client *http.Client, call badbank.Call) string {
	if call.GiveUp > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, call.GiveUp)
		defer cancel()
	}
	request, err := call.Request(ctx)
	if err != nil {
		return err.Error()
	}
	resp, err := client.Do(request)
	if errors.Is(err, context.DeadlineExceeded) {
		return "gave up"
	}
	if err != nil {
		return "no answer"
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return fmt.Sprintf("%d, broken off", resp.StatusCode)
	}
	return fmt.Sprint(resp.StatusCode)
}

// end keeps the desk open for a person; a script gets its prompt back.
func (d *demoCmd) end(ctx context.Context, a *app.App, c *cli, w world.World) error {
	if d.Once || !w.Terminal {
		_, err := fmt.Fprintf(w.Out, "\ndesk   %s\nThe desk is closed now; `flagrante serve --data %s --config %s` opens it again.\n", a.DeskURL(), c.Data, d.configFile(c))
		return err
	}
	fmt.Fprintf(w.Out, "\ndesk   %s\nOpen it in a browser; Ctrl-C ends the demo.\n", a.DeskURL())
	_, err := a.Wait(ctx, nil)
	return err
}
