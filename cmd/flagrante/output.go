package main

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
)

// seq is a list that is read as it is used, and may end with an error.
type seq[T any] = iter.Seq2[T, error]

// pages reads a list page by page, up to limit rows; 0 is all.
func pages[T any](limit int, page func(after string, limit int) ([]T, string, error)) seq[T] {
	return func(yield func(T, error) bool) {
		after, left := "", limit
		for {
			size := pageSize
			if limit > 0 {
				size = min(size, left)
			}
			rows, next, err := page(after, size)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
			left -= len(rows)
			if next == "" || limit > 0 && left <= 0 {
				return
			}
			after = next
		}
	}
}

// printArray prints a JSON array without ever holding all of it.
func printArray[T any](out io.Writer, rows seq[T], object func(T) any) error {
	separator := "["
	for row, err := range rows {
		if err != nil {
			return err
		}
		data, err := json.MarshalIndent(object(row), "  ", "  ")
		if err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
		if _, err := fmt.Fprintf(out, "%s\n  %s", separator, data); err != nil {
			return err
		}
		separator = ","
	}
	end := "\n]\n"
	if separator == "[" {
		end = "[]\n"
	}
	_, err := io.WriteString(out, end)
	return err
}

func printJSON(out io.Writer, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s\n", data)
	return err
}
