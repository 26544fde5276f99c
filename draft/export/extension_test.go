package export

import (
	"testing"

	"flagrante/proxy"
)

func TestExtension(t *testing.T) {
	for _, test := range []struct{ media, coding, want string }{
		{"application/json; charset=utf-8", "", ".json"},
		{"application/problem+json", "gzip", ".json.gz"},
		{"text/html", "identity", ".txt"},
		{"image/svg+xml", "", ".txt"},
		{"application/soap+xml", "BR", ".txt.br"},
		{"application/x-www-form-urlencoded", "zstd", ".txt.zst"},
		{"application/x-sh", "", ".bin"},
		{"../../etc/passwd", "../x", ".bin.packed"},
		{"", "", ".bin"},
	} {
		header := proxy.Fields{{Name: "content-type", Value: test.media}, {Name: "content-encoding", Value: test.coding}}
		if got := extension(header); got != test.want {
			t.Errorf("extension(%q, %q) = %q, want %q", test.media, test.coding, got, test.want)
		}
	}
}
