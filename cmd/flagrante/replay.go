package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/cmd/flagrante/internal/app"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/replay"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/text"
	"flagrante/proxy"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// replayCmd sends a failing call again.
type replayCmd struct {
	ID      string            `arg:"" help:"ID of the failure."`
	Yes     bool              `help:"Also send what may change something at the vendor (POST, PUT, PATCH, DELETE …)."`
	Set     map[string]string `help:"Value for what was masked, by mask (token:k3f9qa2b), kind (token) or header field (Authorization); env:VARIABLE takes it from the environment." placeholder:"NAME=VALUE" mapsep:"none"`
	Timeout time.Duration     `help:"How long it may take." default:"1m"`
	JSON    bool              `name:"json" help:"Print JSON."`
}

// Help shows how it is used.
func (*replayCmd) Help() string {
	return `The call goes straight to the vendor, with the client certificates and ways of the
configuration, and is not recorded. An idempotency key goes along as it was, so that the
vendor takes the call for the same one.

Examples:
  flagrante replay 01M8A0M9VJF7SXTNM715153QZE --set Authorization=env:BANK_AUTHORIZATION
  flagrante replay 01M8A0M9VJF7SXTNM715153QZE --yes`
}

// replayed is what came of it.
type replayed struct {
	ID      string `json:"id"`
	Method  string `json:"method"`
	URL     string `json:"url"`
	Failing bool   `json:"failing"`
	Kind    string `json:"kind,omitempty"`
	// Error is a transport error; there is no answer then.
	Error          string `json:"error,omitempty"`
	IdempotencyKey string `json:"idempotency_key_field,omitempty"`
	DurationMS     int64  `json:"duration_ms"`
	replay.Comparison
}

// Run sends it and compares.
func (r *replayCmd) Run(ctx context.Context, c *cli, w world.World) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		f, err := a.Store.Failure(ctx, r.ID)
		if err != nil {
			return found(err)
		}
		request, err := r.prepare(f, w)
		if err != nil {
			return err
		}
		shown := a.Compose.Redactor.Failure(f)
		done := replayed{ID: f.ID, Method: request.Method, URL: shown.Exchange.Request.URL, IdempotencyKey: replay.IdempotencyKey(request)}
		if err := r.send(ctx, conf, w, f, request, &done); err != nil {
			return err
		}
		return r.print(w, done)
	})
}

// prepare refuses what must not, or can't, be sent again.
func (r *replayCmd) prepare(f *capture.Failure, w world.World) (proxy.Request, error) {
	request := f.Exchange.Request
	if !replay.Safe(request.Method) && !r.Yes {
		key := "it has no idempotency key, so the vendor may do it a second time"
		if name := replay.IdempotencyKey(request); name != "" {
			key = "it has the idempotency key of the first time (" + text.Visible(name) + ")"
		}
		return request, hinted.New(fmt.Errorf("%s may change something at the vendor", text.Visible(request.Method)), key+"; --yes sends it")
	}
	values := map[string]string{}
	for name, value := range r.Set {
		if variable, ok := strings.CutPrefix(value, "env:"); ok {
			if value, ok = w.Env(variable); !ok {
				return request, hinted.New(fmt.Errorf("the variable %s is not set", variable), "export it, or give another one")
			}
		}
		values[name] = value
	}
	request, err := replay.Prepare(request, values)
	missing := (*replay.MissingError)(nil)
	switch {
	case errors.As(err, &missing):
		first := missing.Masks[0]
		name := strings.Trim(first.Mask, "<>")
		if field, ok := strings.CutPrefix(first.Where, "the field "); ok {
			name = field
		}
		return request, hinted.New(err, "--set "+name+"=VALUE, or --set "+name+"=env:VARIABLE to keep it out of the history of the shell")
	case errors.Is(err, replay.ErrBody):
		return request, hinted.New(err, "`flagrante show "+f.ID+" --as curl` gives the command to complete by hand")
	}
	return request, err
}

func (r *replayCmd) send(ctx context.Context, conf config.Config, w world.World, f *capture.Failure, request proxy.Request, done *replayed) error {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	target, secure, err := replay.Target(request)
	if err != nil {
		return err
	}
	dialer, err := app.NewDialer(app.Options{Config: conf, World: w}, server.DefaultTimeouts(), nil)
	if err != nil {
		return err
	}
	now := &proxy.Exchange{Request: request}
	conn, err := dialer.Dial(ctx, target, upstream.Request{TLS: secure, ALPN: []string{"http/1.1"}})
	if err == nil {
		defer conn.Close()
		var sent *proxy.Exchange
		if sent, err = replay.Send(ctx, conn, request, w.Now); err == nil {
			now = sent
		}
	}
	done.Comparison, done.DurationMS = replay.Compare(&f.Exchange, now), now.Phases.Total.Milliseconds()
	if err != nil {
		done.Failing, done.Error = true, err.Error()
		return nil
	}
	rules, err := conf.Judge()
	if err != nil {
		return err
	}
	verdict := rules.Judge(now)
	done.Failing, done.Kind = verdict.Failing, string(verdict.Kind)
	return nil
}

func (r *replayCmd) print(w world.World, done replayed) error {
	if r.JSON {
		return printJSON(w.Out, done)
	}
	fmt.Fprintf(w.Out, "%s %s\n", text.Visible(done.Method), text.Visible(done.URL))
	if done.IdempotencyKey != "" {
		fmt.Fprintf(w.Out, "the vendor may take it for the first call: it has the same %s\n", text.Visible(done.IdempotencyKey))
	}
	if done.Error != "" {
		fmt.Fprintf(w.Out, "no answer: %s\n", text.Visible(done.Error))
		return nil
	}
	verdict := "it does not fail any more"
	if done.Failing {
		verdict = "it still fails (" + done.Kind + ")"
	}
	fmt.Fprintf(w.Out, "%s: status %d, before %d, after %d ms; the body is %s\n", verdict, done.Now, done.Before, done.DurationMS, map[string]string{"same": "the same", "different": "different", "unknown": "not comparable"}[done.Body])
	for _, path := range done.Paths {
		fmt.Fprintf(w.Out, "  %s\n", text.Visible(path))
	}
	return nil
}
