package lifecycle

import (
	"context"
	"fmt"

	"flagrante/capture/filter"
	"flagrante/capture/store"
)

// Values returns values of a field of drafts that begin with a prefix, sorted, none
// for fields whose values are not names that come again.
func (b *Book) Values(ctx context.Context, field, prefix string, limit int) ([]string, error) {
	const each = `SELECT e.value AS v FROM drafts, json_each(drafts.%s) e WHERE hidden = 0`
	from := map[string]string{
		"host": "SELECT host AS v FROM drafts", "endpoint": "SELECT endpoint AS v FROM drafts", "method": "SELECT method AS v FROM drafts",
		"code": "SELECT vendor_code AS v FROM drafts", "status": "SELECT CAST(status AS TEXT) AS v FROM drafts", "country": "SELECT country AS v FROM drafts",
		"category": "SELECT category AS v FROM drafts", "tag": fmt.Sprintf(each, "tags"), "portal": fmt.Sprintf(each, "portals"), "missing": fmt.Sprintf(each, "missing"),
	}[field]
	if from == "" {
		return nil, nil
	}
	values, err := store.Collect(ctx, b.store, `SELECT DISTINCT v FROM (`+from+`) AS known WHERE v LIKE ? ESCAPE '\' AND v NOT IN ('', '0') ORDER BY v LIMIT ?`,
		[]any{filter.Escape(prefix) + "%", limit}, store.Value[string])
	if err != nil {
		return nil, fmt.Errorf("list values of %s: %w", field, err)
	}
	return values, nil
}
