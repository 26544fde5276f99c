package profile

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"flagrante/draft"
)

// Rules are the thresholds by which a severity is suggested. All shares are
// between 0 and 1, and are compared with the lower bound of Wilson's interval, so
// that a few calls prove little.
type Rules struct {
	// Window is the time before the last failure that is looked at.
	Window time.Duration `yaml:"window"`
	// Burst is a shorter time that is looked at as well, where the group failed most
	// within it: what began a moment ago has not filled the window. 0 for none.
	Burst time.Duration `yaml:"burst"`
	// Confidence is how sure a share has to be, in standard deviations: 1.96 is
	// 95 %.
	Confidence float64 `yaml:"confidence"`
	// StagingCap is the highest severity of staging.
	StagingCap draft.Severity `yaml:"staging_cap"`

	Exposure       Level      `yaml:"exposure"`
	Certificate    Level      `yaml:"certificate"`
	Outage         Outage     `yaml:"outage"`
	EndpointDown   ShareRule  `yaml:"endpoint_down"`
	Degraded       Degraded   `yaml:"degraded"`
	CredentialLost CountRule  `yaml:"credential_lost"`
	SlowTimeouts   SlowRule   `yaml:"slow_timeouts"`
	Intermittent   RepeatRule `yaml:"intermittent"`
	RateLimited    CountRule  `yaml:"rate_limited"`
	Denied         RepeatRule `yaml:"denied"`
	AllRefused     ShareRule  `yaml:"all_refused"`
	Minor          Level      `yaml:"minor"`
	Spike          SpikeRule  `yaml:"spike"`
}

// Level is what a rule that fires makes of the severity.
type Level struct {
	Production draft.Severity `yaml:"production"`
	Staging    draft.Severity `yaml:"staging"`
}

// In returns the severity in env.
func (l Level) In(env draft.Environment) draft.Severity {
	if env == draft.Staging {
		return l.Staging
	}
	return l.Production
}

// ShareRule asks for a share of calls.
type ShareRule struct {
	Level `yaml:",inline"`
	Share float64 `yaml:"share"`
}

// CountRule asks for a number of failures.
type CountRule struct {
	Level    `yaml:",inline"`
	Failures int64 `yaml:"failures"`
}

// RepeatRule asks for a number of failures, and a share of the calls.
type RepeatRule struct {
	Level    `yaml:",inline"`
	Failures int64   `yaml:"failures"`
	Share    float64 `yaml:"share"`
}

// Outage asks for several endpoints of a host that have no success any more.
type Outage struct {
	Level `yaml:",inline"`
	// Endpoints is how many of them there have to be, Unreachable how many where
	// no connection comes about, for that has nothing to do with endpoints.
	Endpoints   int64 `yaml:"endpoints"`
	Unreachable int64 `yaml:"unreachable_endpoints"`
	// Sure is how many are enough where each is down for sure by itself and no other was
	// called; 0 leaves that out.
	Sure int64 `yaml:"sure_endpoints"`
	// Failures is how many each of them has to have, unless all fail in one way.
	Failures int64 `yaml:"failures"`
	// Share is how sure it has to be that nothing succeeds.
	Share float64 `yaml:"share"`
	// OfCalled is which part of the endpoints that were called has to be down.
	OfCalled float64 `yaml:"of_called"`
}

// Degraded asks for several endpoints of a host of which each fails now and then.
type Degraded struct {
	Level `yaml:",inline"`
	// Endpoints is how many, Failures and Share what each of them has to have.
	Endpoints int64   `yaml:"endpoints"`
	Failures  int64   `yaml:"failures"`
	Share     float64 `yaml:"share"`
	// Sure is how many are enough where each fails with the share SureShare; 0 leaves
	// that out.
	Sure      int64   `yaml:"sure_endpoints"`
	SureShare float64 `yaml:"sure_share"`
}

// SlowRule asks for timeouts that lie far over the usual latency.
type SlowRule struct {
	Level    `yaml:",inline"`
	Failures int64   `yaml:"failures"`
	Share    float64 `yaml:"share"`
	// Times is how many times the usual median the failures have to last, Calls of
	// how many calls that median has to be.
	Times float64 `yaml:"times"`
	Calls int64   `yaml:"calls"`
}

// SpikeRule raises the severity by one, never above Max.
type SpikeRule struct {
	Max      draft.Severity `yaml:"max"`
	Failures int64          `yaml:"failures"`
	// Times is how many times the usual share of failures there has to be, Span
	// how long the usual was counted at least.
	Times float64       `yaml:"times"`
	Span  time.Duration `yaml:"span"`
}

// Keys returns the rules by the keys of a profile.
func (r Rules) Keys() (map[string]any, error) {
	data, err := yaml.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write the rules: %w", err)
	}
	var keys map[string]any
	if err := yaml.Unmarshal(data, &keys); err != nil {
		return nil, fmt.Errorf("write the rules: %w", err)
	}
	return keys, nil
}
