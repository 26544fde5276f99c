// Package attach keeps the prints, videos and texts of drafts: in files that only
// the user can read, told by their content and not by their names, pictures drawn
// anew so that nothing rides along in them, texts masked.
package attach

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The bounds of what can be attached.
const (
	// MaxPicture, MaxVideo and MaxText are in bytes.
	MaxPicture = 20 << 20
	MaxVideo   = 100 << 20
	MaxText    = 2 << 20
	// MaxFiles is how many a draft can have, MaxTotal how large all of them together.
	MaxFiles = 20
	MaxTotal = 300 << 20
	// maxPixels bounds what a picture becomes in memory, whatever its file's size.
	maxPixels = 40 << 20
)

// ErrNotFound is returned for an attachment that a draft does not have.
var ErrNotFound = errors.New("there is no such attachment")

// The reasons for which something is not taken.
const (
	// TooLarge is for what is over the bound of its type.
	TooLarge = "too_large"
	// TooMany is for a draft that has MaxFiles, or MaxTotal bytes, already.
	TooMany = "too_many"
	// WrongType is for what is neither picture, video nor text.
	WrongType = "type"
	// Broken is for a picture that cannot be drawn.
	Broken = "broken"
	// Huge is for a picture with too many pixels.
	Huge = "huge"
	// Empty is for nothing.
	Empty = "empty"
)

// RefusedError says why something is not taken. Limit is the bound that it is over,
// in bytes, pixels or files; 0 where there is none.
type RefusedError struct {
	Reason string
	Limit  int64
}

// Error names the reason.
func (e *RefusedError) Error() string {
	if e.Limit == 0 {
		return "the attachment is refused: " + e.Reason
	}
	return fmt.Sprintf("the attachment is refused: %s, the limit is %d", e.Reason, e.Limit)
}

// Options are what a Shelf needs.
type Options struct {
	Now   func() time.Time
	NewID func() string
	// Mask returns a text as it may leave.
	Mask func(name, mediaType string, text []byte) []byte
}

// Incoming says what is added, and by whom.
type Incoming struct{ Name, By string }

// named is what IDs of drafts and attachments are made of.
func named(id string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
	return id != "" && len(id) <= 64 && strings.Trim(id, letters) == ""
}
