package server_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"testing"
)

func TestConnectToNoHostAndPort(t *testing.T) {
	for target, host := range map[string]string{
		"/path": "asked.example", "http://vendor.example:80/": "vendor.example:80", "https://vendor.example": "vendor.example",
	} {
		t.Run(target, func(t *testing.T) {
			s := newStage(t)
			app, err := net.Dial("tcp", s.addr)
			check(t, err)
			defer app.Close()
			_, err = fmt.Fprintf(app, "CONNECT %s HTTP/1.1\r\nHost: asked.example\r\n\r\n", target)
			check(t, err)
			resp, err := http.ReadResponse(bufio.NewReader(app), nil)
			check(t, err)
			read(t, resp)
			if x := s.next(); resp.StatusCode != 400 || resp.Header.Get("Proxy-Status") != "flagrante; error=http_request_error" || x.Err.Type != "http_request_error" || x.Request.URL != "https://"+host {
				t.Errorf("CONNECT %s: %s, %v, recorded as %s, %v", target, resp.Status, resp.Header, x.Request.URL, x.Err)
			}
		})
	}
}
