package store

import (
	"context"
	"fmt"

	"flagrante/capture/filter"
)

// recentValues is how many of the latest failures are looked at for values.
const recentValues = 5000

// Values returns values of a field of failures that begin with a prefix, sorted, none
// for fields whose values are not names that come again.
func (s *Store) Values(ctx context.Context, field, prefix string, limit int) ([]string, error) {
	from := map[string]string{
		"host": "SELECT host AS v FROM sorts", "endpoint": "SELECT endpoint AS v FROM sorts", "method": "SELECT method AS v FROM sorts",
		"code": "SELECT vendor_code AS v FROM sorts", "status": "SELECT CAST(status AS TEXT) AS v FROM sorts",
		"country": "SELECT country AS v FROM (SELECT country FROM failures ORDER BY time DESC, id DESC LIMIT ?2) AS latest",
		"error":   "SELECT coalesce(json_extract(error, '$.type'), '') AS v FROM (SELECT error FROM failures ORDER BY time DESC, id DESC LIMIT ?2) AS latest",
		"tag":     "SELECT t.value AS v FROM failures INDEXED BY failures_marked, json_each(tags) t WHERE (" + marked + ")",
	}[field]
	if from == "" {
		return nil, nil
	}
	values, err := Collect(ctx, s, `SELECT DISTINCT v FROM (`+from+`) AS known WHERE v LIKE ?1 ESCAPE '\' AND v NOT IN ('', '0') AND ?2 > 0 ORDER BY v LIMIT ?3`,
		[]any{filter.Escape(prefix) + "%", recentValues, limit}, func(row func(...any) error) (value string, err error) {
			err = row(&value)
			return value, err
		})
	if err != nil {
		return nil, fmt.Errorf("list values of %s: %w", field, err)
	}
	return values, nil
}
