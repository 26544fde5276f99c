package curl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/curl"
	"flagrante/proxy"
)

func TestOpeningsOfWebSockets(t *testing.T) {
	opened := plain("Connection", "keep-alive, Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA==", "Sec-WebSocket-Version", "13")
	for name, test := range map[string]struct {
		request    proxy.Request
		curl, file []string
	}{
		"in HTTP/1.1": {
			proxy.Request{Method: "GET", URL: "https://a.example/ws", Proto: "HTTP/1.1", Header: opened},
			[]string{
				"curl -v --http1.1 'https://a.example/ws'", "-H 'User-Agent: app/1'", "-H 'Accept: */*'", "-H 'Connection: keep-alive, Upgrade'", "-H 'Upgrade: websocket'",
				"-H 'Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA=='", "-H 'Sec-WebSocket-Version: 13'",
			},
			[]string{
				"GET https://a.example/ws HTTP/1.1", "User-Agent: app/1", "Accept: */*", "Connection: keep-alive, Upgrade", "Upgrade: websocket",
				"Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==", "Sec-WebSocket-Version: 13", "",
			},
		},
		"in HTTP/2": {
			proxy.Request{Method: "CONNECT", URL: "https://a.example/ws", Proto: "HTTP/2.0", Header: plain("Host", "a.example", ":protocol", "websocket", "sec-websocket-version", "13")},
			[]string{
				"curl -v --http1.1 'https://a.example/ws'", "-H 'Connection: Upgrade'", "-H 'Upgrade: websocket'", "-H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
				"-H 'User-Agent: app/1'", "-H 'Accept: */*'", "-H 'sec-websocket-version: 13'",
			},
			[]string{
				"GET https://a.example/ws HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
				"User-Agent: app/1", "Accept: */*", "sec-websocket-version: 13", "",
			},
		},
		"an upgrade to HTTP/2, which changes no answer": {
			proxy.Request{Method: "GET", URL: "http://a.example/", Proto: "HTTP/1.1", Header: plain("Connection", "Upgrade, HTTP2-Settings", "Upgrade", "h2c", "HTTP2-Settings", "AAMAAABk")},
			[]string{"curl 'http://a.example/'", "-H 'User-Agent: app/1'", "-H 'Accept: */*'"},
			[]string{"GET http://a.example/ HTTP/1.1", "User-Agent: app/1", "Accept: */*", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.curl, strings.Split(curl.Command(test.request), " \\\n  ")); diff != "" {
				t.Errorf("the command differs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.file, strings.Split(curl.HTTPFile(test.request), "\n")); diff != "" {
				t.Errorf("the file differs (-want +got):\n%s", diff)
			}
		})
	}
}
