package extract

import (
	"encoding/json"
	"strings"

	"flagrante/capture/document"
)

func first(o map[string]any, keys []string) string {
	for _, key := range keys {
		value, ok := o[key]
		if !ok {
			continue
		}
		text := strings.TrimSpace(scalar(value))
		if text == "" {
			// OData v2 has the text beside its language, XML beside its attributes.
			text = document.Scalar(document.First(value, "value|#text|@value"))
		}
		if text != "" {
			return text
		}
	}
	return ""
}

func scalar(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case map[string]any:
		return document.Scalar(document.First(value, "#text|@value"))
	}
	return ""
}

// unnumbered returns the folded name of what a list that is laid flat calls
// "L_ERRORCODE0", which is how PayPal's classic interface writes it.
func unnumbered(key, name string) string {
	if !strings.HasPrefix(key, "L_") {
		return name
	}
	return strings.TrimRight(name[1:], "0123456789")
}

// folded returns the object with its keys in lower case and without "_", "-" and
// accents; AWS's "__type" keeps its name.
func folded(o map[string]any) map[string]any {
	out := make(map[string]any, len(o))
	for _, key := range document.Keys(o) {
		name := document.Fold(key)
		for _, n := range []string{name, strings.TrimPrefix(name, "@"), unnumbered(key, name)} {
			if _, taken := out[n]; !taken {
				out[n] = o[key]
			}
		}
	}
	return out
}
