package profile

import (
	"slices"
	"time"

	"flagrante/draft"
)

// check looks at what would make a rule fire always or never by mistake.
func (r Rules) check() *problem {
	at := func(key ...any) []any { return append([]any{"rules"}, key...) }
	switch {
	case r.Window < time.Minute || r.Window > 7*24*time.Hour:
		return &problem{path: at("window"), text: "a window is between 1m and 168h"}
	case r.Burst != 0 && (r.Burst < time.Minute || r.Burst > r.Window):
		return &problem{path: at("burst"), text: "a burst is between 1m and the window, or 0 for none"}
	case !(r.Confidence >= 0 && r.Confidence <= 5):
		return &problem{path: at("confidence"), text: "a confidence is between 0 and 5 standard deviations"}
	case !isSeverity(r.StagingCap):
		return &problem{path: at("staging_cap"), text: notASeverity}
	case !isSeverity(r.Spike.Max):
		return &problem{path: at("spike", "max"), text: notASeverity}
	case !(r.Spike.Times >= 1):
		return &problem{path: at("spike", "times"), text: "a spike is at least 1 times the usual"}
	case !(r.SlowTimeouts.Times >= 1):
		return &problem{path: at("slow_timeouts", "times"), text: "a slow timeout takes at least 1 times the usual"}
	}
	for _, l := range r.levels() {
		for env, severity := range map[string]draft.Severity{"production": l.Production, "staging": l.Staging} {
			if !isSeverity(severity) {
				return &problem{path: at(l.id, env), text: notASeverity}
			}
		}
	}
	for _, n := range r.numbers() {
		if !(n.value >= n.min && n.value <= n.max) {
			return &problem{path: at(n.id, n.key), text: n.text}
		}
	}
	return nil
}

const notASeverity = "a severity is low, medium, high or critical"

func isSeverity(s draft.Severity) bool {
	return slices.Contains([]draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}, s)
}

type named struct {
	id string
	Level
}

func (r Rules) levels() []named {
	return []named{
		{"exposure", r.Exposure}, {"certificate", r.Certificate}, {"outage", r.Outage.Level}, {"endpoint_down", r.EndpointDown.Level},
		{"degraded", r.Degraded.Level}, {"credential_lost", r.CredentialLost.Level}, {"slow_timeouts", r.SlowTimeouts.Level},
		{"intermittent", r.Intermittent.Level}, {"rate_limited", r.RateLimited.Level}, {"denied", r.Denied.Level},
		{"all_refused", r.AllRefused.Level}, {"minor", r.Minor},
	}
}

// bounded is a threshold with what it may be.
type bounded struct {
	id, key         string
	value, min, max float64
	text            string
}

func (r Rules) numbers() []bounded {
	share := func(id, key string, v float64) bounded {
		return bounded{id, key, v, 0, 1, "a share is between 0 and 1"}
	}
	count := func(id, key string, v int64) bounded {
		return bounded{id, key, float64(v), 1, 1e9, "a number is 1 at least"}
	}
	return []bounded{
		share("outage", "share", r.Outage.Share), share("outage", "of_called", r.Outage.OfCalled),
		count("outage", "endpoints", r.Outage.Endpoints), count("outage", "unreachable_endpoints", r.Outage.Unreachable), count("outage", "failures", r.Outage.Failures),
		{"outage", "sure_endpoints", float64(r.Outage.Sure), 0, 1e9, "a number is 0 at least"},
		share("endpoint_down", "share", r.EndpointDown.Share),
		count("degraded", "endpoints", r.Degraded.Endpoints), count("degraded", "failures", r.Degraded.Failures), share("degraded", "share", r.Degraded.Share),
		{"degraded", "sure_endpoints", float64(r.Degraded.Sure), 0, 1e9, "a number is 0 at least"}, share("degraded", "sure_share", r.Degraded.SureShare),
		count("credential_lost", "failures", r.CredentialLost.Failures),
		count("slow_timeouts", "failures", r.SlowTimeouts.Failures), share("slow_timeouts", "share", r.SlowTimeouts.Share), count("slow_timeouts", "calls", r.SlowTimeouts.Calls),
		count("intermittent", "failures", r.Intermittent.Failures), share("intermittent", "share", r.Intermittent.Share),
		count("rate_limited", "failures", r.RateLimited.Failures), count("denied", "failures", r.Denied.Failures), share("denied", "share", r.Denied.Share),
		share("all_refused", "share", r.AllRefused.Share), count("spike", "failures", r.Spike.Failures),
	}
}
