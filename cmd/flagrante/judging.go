package main

import (
	"flagrante/capture/contract"
	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/traffic"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
)

// judging is what the configuration says of exchanges that did not pass the proxy
// just now: where they came from, and when they fail.
type judging struct {
	locator   *locate.Locator
	rules     *judge.Judge
	contracts *contract.Set
	slow      traffic.Rule
}

func newJudging(conf config.Config) (j judging, err error) {
	if j.locator, err = config.NewLocator(conf); err != nil {
		return j, err
	}
	if j.rules, err = conf.Judge(); err != nil {
		return j, err
	}
	if j.slow, err = conf.SlowRule(); err != nil {
		return j, err
	}
	j.contracts, err = conf.ContractSet()
	return j, err
}

// pipeline returns the pipeline that masks as the archive does.
func (j judging) pipeline(a *archive.Archive) *record.Pipeline {
	p := record.NewPipeline(j.locator, j.rules, j.contracts, a.Redaction...)
	p.SetSlow(j.slow)
	return p
}
