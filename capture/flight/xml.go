package flight

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// xml takes the texts and attributes of a document. Places have local names.
func (c *collector) xml(place string, data []byte) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	path := []string{place}
	for len(c.values) < maxValues {
		token, err := d.RawToken()
		if err != nil {
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(path) > maxDepth {
				return
			}
			path = append(path, token.Name.Local)
			for _, a := range token.Attr {
				c.text(strings.Join(path, "/")+"/@"+a.Name.Local, a.Value)
			}
		case xml.EndElement:
			if len(path) > 1 {
				path = path[:len(path)-1]
			}
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); identifies(text) {
				c.text(strings.Join(path, "/"), text)
			}
		}
	}
}
