package compose

import (
	"cmp"
	"slices"

	"flagrante/capture"
	"flagrante/draft"
)

// joinedOrigins adds up who caught the failures of a draft and of those merged into it.
func joinedOrigins(e draft.Evidence) []capture.OriginCount {
	sums := slices.Clone(e.Group.Origins)
	for _, part := range e.Merged {
		for _, c := range part.Group.Origins {
			i := slices.IndexFunc(sums, func(s capture.OriginCount) bool { return s.ID == c.ID && s.Country == c.Country })
			if i < 0 {
				sums = append(sums, c)
				continue
			}
			s := &sums[i]
			s.Count += c.Count
			if c.FirstSeen.Before(s.FirstSeen) {
				s.FirstSeen = c.FirstSeen
			}
			if c.LastSeen.After(s.LastSeen) {
				s.LastSeen = c.LastSeen
			}
		}
	}
	slices.SortStableFunc(sums, func(a, b capture.OriginCount) int { return cmp.Compare(b.Count, a.Count) })
	return sums
}
