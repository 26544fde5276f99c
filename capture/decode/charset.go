package decode

import (
	"mime"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
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

// UTF16 converts data that begins with the byte order mark of UTF-16, which some
// services on Windows send whatever they announce. ok is false for all other data.
func UTF16(data []byte) (converted []byte, ok bool) {
	if len(data) < 2 || !(data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		return nil, false
	}
	converted, err := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
	return converted, err == nil
}
