// Package hinted has errors that say what to do about them.
package hinted

// Error is an error with a word on what to do about it.
type Error struct {
	error
	// Hint is that word, for the person who reads the error.
	Hint string
}

// New adds a hint to an error.
func New(err error, hint string) error { return &Error{err, hint} }

// Unwrap returns the error without the hint.
func (e *Error) Unwrap() error { return e.error }
