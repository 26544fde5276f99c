package store

import "context"

// Collect runs a query on a connection that can't write, and returns what scan makes of each row.
func Collect[T any](ctx context.Context, s *Store, query string, args []any, scan func(func(...any) error) (T, error)) ([]T, error) {
	rows, err := s.db().Read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// First returns what scan makes of the first row of a query, and whether there is one.
func First[T any](ctx context.Context, s *Store, query string, args []any, scan func(func(...any) error) (T, error)) (first T, found bool, err error) {
	all, err := Collect(ctx, s, query, args, scan)
	if err != nil || len(all) == 0 {
		return first, false, err
	}
	return all[0], true, nil
}

// Value scans a row of one column.
func Value[T any](row func(...any) error) (v T, err error) {
	err = row(&v)
	return v, err
}
