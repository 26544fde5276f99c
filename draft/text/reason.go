package text

import (
	"maps"
	"time"

	"flagrante/capture"
	"flagrante/draft/words"
)

// Say says a reason, with the times in it in the zone of the options.
func (o Options) Say(r capture.Reason) string {
	args := maps.Clone(r.Args)
	for name, value := range args {
		if at, err := time.Parse(time.RFC3339, value); err == nil && o.Zone != nil {
			args[name] = at.In(o.Zone).Format(time.RFC3339)
		}
	}
	return words.Say(o.Lang, capture.Reason{Key: r.Key, Args: args})
}

func (o Options) sayAll(reasons []capture.Reason) []string {
	all := []string{}
	for _, r := range reasons {
		all = append(all, o.Say(r))
	}
	return all
}
