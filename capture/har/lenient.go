package har

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// The types of this file read what producers make of a field. Only method, URL
// and time of an entry have to be as the specification wants them: a call is not
// lost for a size that is written as a text.

// custom is a text. A value that is no string is not known, not an error.
type custom string

// UnmarshalJSON keeps a string and nothing else.
func (c *custom) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte(`"`)) {
		return nil
	}
	return json.Unmarshal(data, (*string)(c))
}

// claim is what a producer says of an error.
type claim struct {
	text custom
	// denied reports that it says that there was none.
	denied bool
}

// UnmarshalJSON keeps a string, or that there is null in its place.
func (c *claim) UnmarshalJSON(data []byte) error {
	c.denied = string(data) == "null"
	return c.text.UnmarshalJSON(data)
}

// MarshalJSON writes the text.
func (c claim) MarshalJSON() ([]byte, error) { return json.Marshal(c.text) }

// number is a number, which some producers write as a text.
type number float64

// UnmarshalJSON keeps a number and nothing else.
func (n *number) UnmarshalJSON(data []byte) error {
	if f, err := strconv.ParseFloat(string(bytes.Trim(data, `"`)), 64); err == nil {
		*n = number(f)
	}
	return nil
}

// truth is true for every value that is not false, null, 0 or empty, as in
// JavaScript.
type truth bool

// UnmarshalJSON reads any value.
func (t *truth) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "false", "null", "0", `""`:
	default:
		*t = true
	}
	return nil
}

// messages are kept only as far as they are errors of the browser: what is said
// in a WebSocket is not looked at.
type messages []message

// UnmarshalJSON takes any value.
func (m *messages) UnmarshalJSON(data []byte) error {
	if !bytes.Contains(data, []byte(`"error"`)) {
		return nil
	}
	var list []message
	if json.Unmarshal(data, &list) == nil {
		*m = list
	}
	return nil
}

// nothing is an object that is read past and always written empty.
type nothing struct{}

// UnmarshalJSON takes any value and keeps none of it.
func (*nothing) UnmarshalJSON([]byte) error { return nil }

// unread is a list that is read past and always written empty.
type unread []nothing

// UnmarshalJSON takes any value and keeps none of it.
func (*unread) UnmarshalJSON([]byte) error { return nil }

// repeated is a list that is read past, since it says again what another field
// says.
type repeated []pair

// UnmarshalJSON takes any value and keeps none of it.
func (*repeated) UnmarshalJSON([]byte) error { return nil }
