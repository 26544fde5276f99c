package document

import (
	"bytes"
	"encoding/json"
	"strings"
)

// maxEvents bounds how many events of a stream are read.
const maxEvents = 2000

// IsStream reports whether answers of a media type have no end of their own, so
// that an app that leaves one does nothing unusual: events, lines of JSON, gRPC, and
// pictures of a camera.
func IsStream(mediaType string) bool {
	switch mediaType {
	case "text/event-stream", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/stream+json", "application/json-seq", "multipart/x-mixed-replace":
		return true
	}
	return strings.HasPrefix(mediaType, "application/grpc") || strings.HasPrefix(mediaType, "application/connect+")
}

// StreamError returns the object with which an event stream
// (https://html.spec.whatwg.org/multipage/server-sent-events.html) or lines of JSON
// tell of an error: the data of an event that is called error, or one that says so
// itself. It is nil where there is none.
func StreamError(d Document) any {
	if !IsStream(d.Type) || d.Err != nil || !bytes.Contains(d.Text, []byte("rro")) {
		return nil
	}
	event, left := "", maxEvents
	for line := range bytes.Lines(d.Text) {
		line = bytes.TrimSpace(line)
		if left--; left < 0 {
			return nil
		}
		name, isEvent := bytes.CutPrefix(line, []byte("event:"))
		data, _ := bytes.CutPrefix(line, []byte("data:"))
		switch {
		case len(line) == 0:
			event = ""
		case isEvent:
			event = string(bytes.TrimSpace(name))
		case bytes.Contains(data, []byte("rro")) || isErrorEvent(event):
			if found := told(event, bytes.TrimSpace(data)); found != nil {
				return found
			}
		}
	}
	return nil
}

// told returns the object of a line that tells of an error.
func told(event string, line []byte) any {
	var value any
	if len(line) == 0 || line[0] != '{' || json.Unmarshal(line, &value) != nil {
		return nil
	}
	_, holds := First(value, "error|erro").(map[string]any)
	if isErrorEvent(event) || holds || Get(value, "type") == "error" {
		return value
	}
	return nil
}

func isErrorEvent(name string) bool { return name == "error" || name == "erro" || name == "exception" }
