package server

import "testing"

func TestDestinations(t *testing.T) {
	for target, want := range map[string]destination{
		"http://a.example/": {addr: "a.example:80"}, "http://a.example:": {addr: "a.example:80"},
		"HTTP://u:p@A.example.:8080?q": {addr: "A.example.:8080"}, "http://[::1]/": {addr: "[::1]:80"},
		"http://[::1]:/": {addr: "[::1]:80"}, "http://[::1]:81/": {addr: "[::1]:81"},
		"https://a.example/": {addr: "a.example:443", secure: true}, "HttpS://[::1]:80": {addr: "[::1]:80", secure: true},
	} {
		if got, ok := destinationOf([]byte("GET " + target + " HTTP/1.1\r\n\r\n")); !ok || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", target, got, ok, want)
		}
	}
	for _, target := range []string{"/", "a.example:80", "ftp://a.example/", "https:///x", "https://"} {
		if got, ok := destinationOf([]byte("GET " + target + " HTTP/1.1\r\n\r\n")); ok {
			t.Errorf("%s: got %+v", target, got)
		}
	}
}
