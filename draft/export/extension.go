package export

import (
	"mime"
	"slices"
	"strings"

	"flagrante/proxy"
)

// extension returns the ending of the name of a file that holds a body. Nothing
// that a double click would run or render comes out: a page or an XML document
// of the vendor's opens as text.
func extension(header proxy.Fields) string {
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		media = ""
	}
	return kindOf(media) + packing(header.Get("Content-Encoding"))
}

func kindOf(media string) string {
	texts := []string{"application/xml", "application/soap+xml", "application/x-www-form-urlencoded", "application/x-ndjson"}
	switch {
	case media == "application/json" || strings.HasSuffix(media, "+json"):
		return ".json"
	case strings.HasPrefix(media, "text/"), strings.HasSuffix(media, "+xml"), slices.Contains(texts, media):
		return ".txt"
	}
	return ".bin"
}

func packing(coding string) string {
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "", "identity":
		return ""
	case "gzip", "x-gzip":
		return ".gz"
	case "br":
		return ".br"
	case "zstd":
		return ".zst"
	}
	return ".packed"
}
