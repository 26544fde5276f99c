package checklist

import (
	"strings"
	"testing"

	"flagrante/draft"
)

func TestDevice(t *testing.T) {
	tests := []struct{ agent, want string }{
		{"", ""},
		{"  ", ""},
		{"axios/1.7.9", "Server to server, no user device (axios/1.7.9)"},
		{"Go-http-client/1.1", "Server to server, no user device (Go-http-client/1.1)"},
		{"python-requests/2.32", "Server to server, no user device (python-requests/2.32)"},
		{"Java/21.0.1", "Server to server, no user device (Java/21.0.1)"},
		{"node", "Server to server, no user device (node)"},
		{"curl/8.5.0", "Called by hand or from a script (curl/8.5.0)"},
		{"okhttp/4.12.0", "A library used in mobile apps and on servers, which this agent does not tell apart (okhttp/4.12.0)"},
		{"BancoApp/3.2 (iPhone; iOS 18.1)", "BancoApp/3.2 (iPhone; iOS 18.1)"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.1",
			"Edge 142.0.1 on Windows NT 10.0; Win64; x64"},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox 144.0 on X11; Linux x86_64; rv:144.0"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
			"Safari 18.1 on iPhone; CPU iPhone OS 18_1 like Mac OS X"},
		{"Mozilla/5.0 (broken", "Mozilla/5.0 (broken"},
		{strings.Repeat("é", 200), strings.Repeat("é", 128)},
	}
	for _, tt := range tests {
		if got := device(draft.English, tt.agent); got != tt.want {
			t.Errorf("device(%q) = %q, want %q", tt.agent, got, tt.want)
		}
	}
}
