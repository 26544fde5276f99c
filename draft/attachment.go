package draft

import (
	"strings"
	"time"
)

// Attachment is a print, a video or a text that a person added to a draft.
type Attachment struct {
	ID      string `json:"id"`
	DraftID string `json:"draft_id"`
	// Name is a file name that is safe everywhere, with the extension of the type.
	Name string `json:"name"`
	// MediaType was told by the content.
	MediaType string `json:"media_type"`
	// Size is in bytes, Digest is the SHA-256 in hexadecimal.
	Size   int64  `json:"size"`
	Digest string `json:"digest"`
	// Width and Height are those of a picture, in pixels.
	Width  int       `json:"width,omitempty"`
	Height int       `json:"height,omitempty"`
	Added  time.Time `json:"added"`
	By     string    `json:"by"`
	// Checked reports that a person looked at a picture or a video and found nothing
	// in it that must not leave. Texts were masked, and are always checked.
	Checked   bool   `json:"checked"`
	CheckedBy string `json:"checked_by,omitempty"`
}

// Picture reports whether it is a picture.
func (a Attachment) Picture() bool { return strings.HasPrefix(a.MediaType, "image/") }

// Video reports whether it is a video.
func (a Attachment) Video() bool { return strings.HasPrefix(a.MediaType, "video/") }
