package attach

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sniffed is how many bytes tell a type.
const sniffed = 512

// typeOf tells the media type of what begins with head, empty for what is not
// taken.
func typeOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return "image/gif"
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")) && bytes.Contains(head, []byte("webm")):
		return "video/webm"
	case len(head) >= 12 && string(head[4:8]) == "ftyp" && videoBrand(string(head[8:12])):
		return "video/mp4"
	case readable(head):
		return "text/plain"
	}
	return ""
}

// videoBrand tells the films among the many things in the container of ISO/IEC
// 14496-12.
func videoBrand(brand string) bool {
	for _, known := range []string{"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "qt  ", "dash"} {
		if brand == known {
			return true
		}
	}
	return false
}

// readable reports whether head begins a text in UTF-8.
func readable(head []byte) bool {
	for i := 0; i < len(head); {
		r, width := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && width <= 1 {
			return len(head)-i < utf8.UTFMax && len(head) >= sniffed
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
		i += width
	}
	return len(head) > 0
}

// textType is what a text is called.
func textType(data []byte) string {
	if json.Valid(data) {
		return "application/json"
	}
	return "text/plain"
}

// maxName is the longest file name, in bytes.
const maxName = 120

// nameFor makes a file name safe: without folders, hidden characters and what any
// system takes for something else, and with the extension of its type.
func nameFor(name, mediaType string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.Map(func(r rune) rune {
		switch {
		case !unicode.IsPrint(r), strings.ContainsRune(`<>:"/|?*`, r):
			return -1
		case unicode.IsSpace(r):
			return '-'
		}
		return r
	}, name)
	name = strings.Trim(name, ".-")
	if name == "" {
		name = "anexo"
	}
	extension := map[string]string{
		"image/png": ".png", "image/jpeg": ".jpg", "video/webm": ".webm", "video/mp4": ".mp4",
		"text/plain": ".txt", "application/json": ".json",
	}[mediaType]
	for len(name) > maxName-len(extension) {
		_, last := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-last]
	}
	return name + extension
}
