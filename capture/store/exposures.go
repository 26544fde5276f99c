package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"flagrante/capture"
)

// Exposures returns the reasons of the package expose among the latest failures of
// a group, each once, by their keys. It looks at no more than the given number of
// failures.
func (s *Store) Exposures(ctx context.Context, fingerprint string, failures int) ([]capture.Reason, error) {
	texts, err := s.latest(ctx, fingerprint, "reasons", failures)
	if err != nil {
		return nil, fmt.Errorf("look for exposures of group %s: %w", fingerprint, err)
	}
	var found []capture.Reason
	for _, text := range texts {
		if !strings.Contains(text, `"expose.`) {
			continue
		}
		var list []capture.Reason
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, fmt.Errorf("look for exposures of group %s: %w", fingerprint, err)
		}
		for _, r := range list {
			same := func(o capture.Reason) bool { return o.Key == r.Key }
			if strings.HasPrefix(r.Key, "expose.") && !slices.ContainsFunc(found, same) {
				found = append(found, r)
			}
		}
	}
	slices.SortFunc(found, func(a, b capture.Reason) int { return strings.Compare(a.Key, b.Key) })
	return found, nil
}
