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
	lists, err := collect(ctx, s, `SELECT DISTINCT reasons FROM (SELECT reasons FROM failures
			WHERE fingerprint IN (SELECT fingerprint FROM groups WHERE fingerprint = ?1 OR parent = ?1) AND expected = 0 ORDER BY time DESC LIMIT ?2)
		WHERE instr(reasons, '"expose.') > 0`, []any{fingerprint, failures}, func(row func(...any) error) (list []capture.Reason, err error) {
		var text string
		if err := row(&text); err != nil {
			return nil, err
		}
		err = json.Unmarshal([]byte(text), &list)
		return list, err
	})
	if err != nil {
		return nil, fmt.Errorf("look for exposures of group %s: %w", fingerprint, err)
	}
	var found []capture.Reason
	for _, r := range slices.Concat(lists...) {
		same := func(o capture.Reason) bool { return o.Key == r.Key }
		if strings.HasPrefix(r.Key, "expose.") && !slices.ContainsFunc(found, same) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b capture.Reason) int { return strings.Compare(a.Key, b.Key) })
	return found, nil
}
