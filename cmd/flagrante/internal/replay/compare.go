package replay

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"flagrante/capture/decode"
	"flagrante/proxy"
)

// Comparison says how an answer differs from the one before.
type Comparison struct {
	// Before and Now are the statuses; 0 where there was no answer.
	Before int `json:"status_before"`
	Now    int `json:"status_now"`
	// Body is "same", "different", or "unknown" where one was not kept.
	Body string `json:"body"`
	// Paths are the JSON pointers of what differs, with what was done to it; values
	// are not in it.
	Paths []string `json:"paths,omitempty"`
}

// maxPaths bounds what is told of the difference of two bodies.
const maxPaths = 50

// Compare compares what came before with what came now.
func Compare(before, now *proxy.Exchange) Comparison {
	c := Comparison{Body: "unknown"}
	if before.Response == nil || now.Response == nil {
		if before.Response != nil {
			c.Before = before.Response.Status
		}
		if now.Response != nil {
			c.Now = now.Response.Status
		}
		return c
	}
	c.Before, c.Now = before.Response.Status, now.Response.Status
	if before.Response.Body.Cut || now.Response.Body.Cut || before.Response.Body.Size > 0 && len(before.Response.Body.Data) == 0 {
		return c
	}
	old, fresh := text(before.Response), text(now.Response)
	c.Body = "same"
	if old == fresh {
		return c
	}
	var left, right any
	if json.Unmarshal([]byte(old), &left) != nil || json.Unmarshal([]byte(fresh), &right) != nil {
		c.Body = "different"
		return c
	}
	if c.Paths = differences(nil, "", left, right); len(c.Paths) > 0 {
		c.Body = "different"
	}
	return c
}

func text(r *proxy.Response) string {
	return string(decode.Body(r.Body, r.Header, bodyLimit).Data)
}

// differences walks through two documents. Masked values count as equal to whatever
// stands there now.
func differences(found []string, at string, left, right any) []string {
	if len(found) >= maxPaths {
		return found
	}
	if l, ok := left.(map[string]any); ok {
		if r, ok := right.(map[string]any); ok {
			return members(found, at, l, r)
		}
	}
	if l, ok := left.([]any); ok {
		if r, ok := right.([]any); ok {
			return elements(found, at, l, r)
		}
	}
	if s, ok := left.(string); ok && strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
		return found
	}
	if a, b := fmt.Sprintf("%T %v", left, left), fmt.Sprintf("%T %v", right, right); a != b {
		return append(found, at+" changed")
	}
	return found
}

func members(found []string, at string, left, right map[string]any) []string {
	var names []string
	for name := range left {
		names = append(names, name)
	}
	for name := range right {
		if _, ok := left[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		path := at + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		l, was := left[name]
		r, is := right[name]
		switch {
		case !is:
			found = append(found, path+" gone")
		case !was:
			found = append(found, path+" new")
		default:
			found = differences(found, path, l, r)
		}
	}
	return found
}

func elements(found []string, at string, left, right []any) []string {
	for i := range min(len(left), len(right)) {
		found = differences(found, fmt.Sprintf("%s/%d", at, i), left[i], right[i])
	}
	if len(left) != len(right) {
		found = append(found, fmt.Sprintf("%s has %d elements, not %d", at, len(right), len(left)))
	}
	return found
}
