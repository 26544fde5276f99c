package main

import (
	"context"
	"errors"
	"fmt"

	"flagrante/capture"
	"flagrante/capture/contract"
	"flagrante/capture/har"
	"flagrante/capture/judge"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
	"flagrante/draft/text"
	"flagrante/draft/words"
	"flagrante/proxy"
)

// explained is what the judge made of one call, and by which rules.
type explained struct {
	ID       string           `json:"id"`
	Method   string           `json:"method"`
	Host     string           `json:"host"`
	Failing  bool             `json:"failing"`
	Expected bool             `json:"expected"`
	Kind     capture.Kind     `json:"kind,omitempty"`
	Reasons  []capture.Reason `json:"reasons"`
	Rules    []judge.Try      `json:"rules"`
}

// explain prints for each call of the recordings which rules fired and which did
// not, and stores nothing.
func (i *importCmd) explain(ctx context.Context, conf config.Config, w world.World) error {
	rules, err := conf.Judge()
	if err != nil {
		return err
	}
	contracts, err := conf.ContractSet()
	if err != nil {
		return err
	}
	thorough := rules.Thorough()
	var errs []error
	all := i.explanations(ctx, w, &errs, func(x *proxy.Exchange) explained { return explainOne(thorough, contracts, x) })
	if i.JSON {
		err := printArray(w.Out, all, func(e explained) any { return e })
		return errors.Join(append(errs, err)...)
	}
	for e, err := range all {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		e.print(w, draft.Lang(conf.Lang))
	}
	return errors.Join(errs...)
}

// explanations reads the recordings one call at a time, for they may be large. What
// goes wrong with one of them is added to errs, and does not keep the others.
func (i *importCmd) explanations(ctx context.Context, w world.World, errs *[]error, one func(*proxy.Exchange) explained) seq[explained] {
	return func(yield func(explained, error) bool) {
		for _, path := range i.Files {
			err := explainFile(ctx, w, path, func(x *proxy.Exchange) bool { return yield(one(x), nil) })
			if errors.Is(err, errEnough) {
				return
			}
			*errs = append(*errs, err)
		}
	}
}

// errEnough says that nobody wants the rest.
var errEnough = errors.New("nothing more is wanted")

func explainFile(ctx context.Context, w world.World, path string, yield func(*proxy.Exchange) bool) error {
	f, err := openRecording(ctx, w, path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = har.Read(f, func(x *proxy.Exchange) error {
		if !yield(x) {
			return errEnough
		}
		return ctx.Err()
	})
	if err != nil {
		return fmt.Errorf("explain %s: %w", path, err)
	}
	return nil
}

func explainOne(rules *judge.Judge, contracts *contract.Set, x *proxy.Exchange) explained {
	v, tries := rules.Explain(x)
	v = contract.Judge(v, contracts.Check(x))
	return explained{
		ID: x.ID, Method: x.Request.Method, Host: judge.Host(x), Failing: v.Failing, Expected: v.Expected, Kind: v.Kind,
		Reasons: append([]capture.Reason{}, v.Reasons...), Rules: append([]judge.Try{}, tries...),
	}
}

func (e explained) print(w world.World, lang draft.Lang) {
	verdict := "ok"
	if e.Failing {
		verdict = string(e.Kind)
	}
	fmt.Fprintf(w.Out, "%s %s %s: %s\n", e.ID, text.OneLine(e.Method), text.OneLine(e.Host), verdict)
	for _, said := range words.SayAll(lang, e.Reasons) {
		fmt.Fprintf(w.Out, "    %s\n", text.OneLine(said))
	}
	for _, t := range e.Rules {
		fmt.Fprintf(w.Out, "    %-18s %s %s\n", t.Rule, t.Outcome, t.Detail)
	}
}
