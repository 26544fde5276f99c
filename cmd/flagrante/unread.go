package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"text/tabwriter"
	"time"

	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/desk/service"
	"flagrante/draft/text"
)

// unreadCmd is about the hosts that the running proxy does not intercept.
type unreadCmd struct {
	List   unreadListCmd   `cmd:"" default:"withargs" help:"List them."`
	Forget unreadForgetCmd `cmd:"" help:"Intercept a host again for which an app had turned our certificate down."`
}

// deskFlags say how the desk of the running flagrante is reached.
type deskFlags struct {
	Desk      string `help:"Address of the desk (default: 127.0.0.1:8791)." env:"FLAGRANTE_DESK" placeholder:"HOST:PORT"`
	DeskToken string `help:"Token that opens the desk, instead of the one in the data folder." env:"FLAGRANTE_DESK_TOKEN" placeholder:"TOKEN"`
}

// unreadListCmd prints the hosts.
type unreadListCmd struct {
	deskFlags
	JSON bool `name:"json" help:"Print a JSON array."`
}

// Run asks the desk.
func (l *unreadListCmd) Run(ctx context.Context, c *cli, w world.World) error {
	var answer struct{ Passthrough []service.Passthrough }
	if err := l.ask(ctx, c, w, http.MethodGet, "", &answer); err != nil {
		return err
	}
	if l.JSON {
		return printJSON(w.Out, answer.Passthrough)
	}
	table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	for _, p := range answer.Passthrough {
		fmt.Fprintf(table, "%s\t%s", text.Visible(p.Host), p.Reason)
		if p.Reason == service.Learned {
			fmt.Fprintf(table, "\trejected %d×, last %s\tuntil %s", p.Rejections, p.LastRejection.Local().Format(time.DateTime), p.Until.Local().Format(time.TimeOnly))
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

// unreadForgetCmd has a host intercepted again.
type unreadForgetCmd struct {
	deskFlags
	Host string `arg:"" help:"Host and port, as listed."`
}

// Run tells the desk.
func (f *unreadForgetCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return f.ask(ctx, c, w, http.MethodDelete, "/"+url.PathEscape(f.Host), nil)
}

// askPatience bounds a question to the desk.
const askPatience = 10 * time.Second

// maxDeskAnswer bounds what is read of its answer, in bytes.
const maxDeskAnswer = 4 << 20

// ask calls the passthrough API of the running desk.
func (d deskFlags) ask(ctx context.Context, c *cli, w world.World, method, path string, into any) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	config.Override(&conf.Desk.Listen, d.Desk)
	token := d.DeskToken
	if token == "" {
		if token, err = datadir.ReadToken(datadir.TokenFile(c.dataDir(w))); errors.Is(err, os.ErrNotExist) {
			return notServing(err)
		} else if err != nil {
			return err
		}
	}
	client := deskClient{base: "http://" + conf.Desk.Listen, token: token}
	return client.ask(ctx, method, "/api/v1/passthrough"+path, into)
}

// deskClient asks the desk of a running flagrante.
type deskClient struct{ base, token string }

func (d deskClient) ask(ctx context.Context, method, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, d.base+path, nil)
	if err != nil {
		return fmt.Errorf("ask the desk: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Accept-Language", "en")
	// Neither a proxy of the environment nor a redirect may get the token.
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		return notServing(err)
	}
	defer answer.Body.Close()
	return understand(answer, into)
}

// understand reads an answer of the desk.
func understand(answer *http.Response, into any) error {
	body := json.NewDecoder(io.LimitReader(answer.Body, maxDeskAnswer))
	if answer.StatusCode/100 != 2 {
		var refused struct{ Error, Hint string }
		if err := body.Decode(&refused); err != nil || refused.Error == "" {
			return fmt.Errorf("ask the desk: it answered %s", answer.Status)
		}
		return hinted.New(fmt.Errorf("ask the desk: %s", text.Visible(refused.Error)), text.Visible(refused.Hint))
	}
	if into == nil {
		return nil
	}
	if err := body.Decode(into); err != nil {
		return fmt.Errorf("read the desk's answer: %w", err)
	}
	return nil
}

func notServing(err error) error {
	return hinted.New(fmt.Errorf("ask the desk: %w", err), "is `flagrante serve` running with this data folder? Name its desk with --desk HOST:PORT")
}
