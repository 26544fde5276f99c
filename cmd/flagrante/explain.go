package main

import (
	"context"
	"errors"
	"fmt"

	"flagrante/capture"
	"flagrante/capture/contract"
	"flagrante/capture/har"
	"flagrante/capture/judge"
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
func (i *importCmd) explain(ctx context.Context, conf config, w world) error {
	rules, err := conf.rules()
	if err != nil {
		return err
	}
	contracts, err := conf.contracts()
	if err != nil {
		return err
	}
	var all []explained
	var errs []error
	for _, path := range i.Files {
		found, err := explainFile(ctx, w, rules, contracts, path)
		all = append(all, found...)
		errs = append(errs, err)
	}
	if i.JSON {
		return errors.Join(append(errs, printJSON(w.out, all))...)
	}
	for _, e := range all {
		e.print(w, draft.Lang(conf.Lang))
	}
	return errors.Join(errs...)
}

func explainFile(ctx context.Context, w world, rules *judge.Judge, contracts *contract.Set, path string) (all []explained, err error) {
	f, err := openRecording(ctx, w, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	_, err = har.Read(f, func(x *proxy.Exchange) error {
		all = append(all, explainOne(rules, contracts, x))
		return ctx.Err()
	})
	if err != nil {
		return all, fmt.Errorf("explain %s: %w", path, err)
	}
	return all, nil
}

func explainOne(rules *judge.Judge, contracts *contract.Set, x *proxy.Exchange) explained {
	v, tries := rules.Explain(x)
	v = contract.Judge(v, contracts.Check(x))
	return explained{
		ID: x.ID, Method: x.Request.Method, Host: judge.Host(x), Failing: v.Failing, Expected: v.Expected, Kind: v.Kind,
		Reasons: append([]capture.Reason{}, v.Reasons...), Rules: append([]judge.Try{}, tries...),
	}
}

func (e explained) print(w world, lang draft.Lang) {
	verdict := "ok"
	if e.Failing {
		verdict = string(e.Kind)
	}
	fmt.Fprintf(w.out, "%s %s %s: %s\n", e.ID, text.OneLine(e.Method), text.OneLine(e.Host), verdict)
	for _, said := range words.SayAll(lang, e.Reasons) {
		fmt.Fprintf(w.out, "    %s\n", text.OneLine(said))
	}
	for _, t := range e.Rules {
		fmt.Fprintf(w.out, "    %-18s %s %s\n", t.Rule, t.Outcome, t.Detail)
	}
}

// rules returns the judge with the rules of the configuration.
func (c config) rules() (*judge.Judge, error) {
	j, err := judge.New(c.Rules)
	if err != nil {
		return nil, &hinted{fmt.Errorf("the rules of the configuration: %w", err), "correct that rule; docs/guide/rules.en.md explains them"}
	}
	return j, nil
}
