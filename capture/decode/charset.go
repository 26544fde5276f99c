package decode

import (
	"mime"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// UTF8 converts data from the single-byte charset that contentType names, which
// older SOAP services still use. It returns data itself and no charset for
// UTF-8 and for charsets that it does not know.
func UTF8(data []byte, contentType string) (converted []byte, charset string) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return data, ""
	}
	charset = strings.ToLower(params["charset"])
	var table *charmap.Charmap
	switch charset {
	case "iso-8859-1", "latin1", "iso8859-1":
		table = charmap.ISO8859_1
	case "iso-8859-15":
		table = charmap.ISO8859_15
	case "windows-1252", "cp1252":
		table = charmap.Windows1252
	default:
		return data, ""
	}
	converted, err = table.NewDecoder().Bytes(data)
	if err != nil {
		return data, ""
	}
	return converted, charset
}
