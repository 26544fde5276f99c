package main

import (
	"flagrante/capture/contract"
	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/traffic"
)

// judging is what the configuration says of exchanges that did not pass the proxy
// just now: where they came from, and when they fail.
type judging struct {
	locator   *locate.Locator
	rules     *judge.Judge
	contracts *contract.Set
	slow      traffic.Rule
}

func newJudging(conf config) (j judging, err error) {
	if j.locator, err = newLocator(conf); err != nil {
		return j, err
	}
	if j.rules, err = conf.rules(); err != nil {
		return j, err
	}
	if j.slow, err = conf.slow(); err != nil {
		return j, err
	}
	j.contracts, err = conf.contracts()
	return j, err
}

// pipeline returns the pipeline that masks as the archive does.
func (j judging) pipeline(a *archive) *record.Pipeline {
	p := record.NewPipeline(j.locator, j.rules, j.contracts, a.redaction...)
	p.SetSlow(j.slow)
	return p
}
