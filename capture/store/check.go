package store

import (
	"context"
	"fmt"
)

// Problem is something that Check found.
type Problem struct {
	// Sort is "integrity", "references", "counts" or "index".
	Sort string `json:"sort"`
	Text string `json:"text"`
}

// maxProblems bounds what Check returns of each sort.
const maxProblems = 20

// Check reads the whole database and returns what is wrong with it, and the version
// of its schema. It may take seconds for each gigabyte, and holds nobody up.
func (s *Store) Check(ctx context.Context) (problems []Problem, version int, err error) {
	if version, err = s.db().Version(ctx); err != nil {
		return nil, 0, fmt.Errorf("check the database: %w", err)
	}
	queries := fileChecks()
	if s.Central() {
		queries = centralChecks()
	}
	for sort, query := range queries {
		found, err := Collect(ctx, s, query+fmt.Sprintf(` LIMIT %d`, maxProblems), nil, func(row func(...any) error) (p Problem, err error) {
			p.Sort = sort
			err = row(&p.Text)
			return p, err
		})
		if err != nil {
			return nil, version, fmt.Errorf("check the database: %w", err)
		}
		problems = append(problems, found...)
	}
	return problems, version, nil
}

const (
	lostGroups = `SELECT 'group ' || fingerprint || ' counts ' || count || ' failures, first ' || first_id || ' and last ' || last_id || ' are not all there' FROM groups g
			WHERE NOT EXISTS (SELECT 1 FROM failures WHERE id = g.first_id) OR NOT EXISTS (SELECT 1 FROM failures WHERE id = g.last_id)`
	lostSorts = `SELECT 'filters do not know the failures with the fingerprint ' || fingerprint FROM (SELECT DISTINCT fingerprint FROM failures) f
				WHERE NOT EXISTS (SELECT 1 FROM sorts s WHERE s.fingerprint = f.fingerprint)`
)

// fileChecks are queries for what is wrong with a file.
func fileChecks() map[string]string {
	return map[string]string{
		"integrity": `SELECT quick_check FROM pragma_quick_check WHERE quick_check <> 'ok'`,
		"references": `SELECT 'a row of ' || "table" || ' belongs to none of ' || parent FROM pragma_foreign_key_check
			UNION ALL SELECT 'failure ' || id || ' has no exchange' FROM failures f WHERE NOT EXISTS (SELECT 1 FROM exchanges x WHERE x.n = f.n)`,
		"counts": lostGroups + `
			UNION ALL SELECT 'there are ' || f.n || ' failures, and ' || t.n || ' are counted' FROM totals t, (SELECT count(*) AS n FROM failures) f WHERE t.name = 'failures' AND t.n <> f.n
			UNION ALL ` + lostSorts,
		"index": `SELECT 'row ' || doc || ' of the index of words belongs to no failure' FROM search_rows r WHERE NOT EXISTS (SELECT 1 FROM failures f WHERE f.n = r.n)
			UNION ALL SELECT 'part ' || part || ' of the index of words has no table' FROM search_parts p WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'search_' || p.part)`,
	}
}

// centralChecks are those for PostgreSQL, which looks after its files itself.
func centralChecks() map[string]string {
	return map[string]string{
		"references": `SELECT 'failure ' || id || ' has no exchange' FROM failures f WHERE NOT EXISTS (SELECT 1 FROM exchanges x WHERE x.n = f.n AND x.time = f.time)`,
		"counts": lostGroups + `
			UNION ALL SELECT 'the minutes of group ' || g.fingerprint || ' count ' || m.failures || ' failures in place of ' || g.count FROM groups g
				JOIN (SELECT fingerprint, sum(failures) AS failures FROM group_minutes GROUP BY fingerprint) m ON m.fingerprint = g.fingerprint WHERE m.failures <> g.count
			UNION ALL ` + lostSorts,
		"index": `SELECT 'exchange ' || n || ' belongs to no failure' FROM exchanges x WHERE NOT EXISTS (SELECT 1 FROM failures f WHERE f.n = x.n)`,
	}
}
