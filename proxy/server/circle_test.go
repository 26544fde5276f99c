package server_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// circle is some proxies, each of which reaches all vendors by way of the next one, and
// the last one by way of the first.
func circle(t *testing.T, scheme string, n int) []*stage {
	t.Helper()
	stages, ready := make([]*stage, n), make(chan struct{})
	defer close(ready)
	for i := range stages {
		next := lead(t, func() string {
			<-ready
			return stages[(i+1)%n].addr
		})
		stages[i] = newStageWith(t, func(_ *server.Options, o *upstream.Options) {
			o.Pseudonym = fmt.Sprintf("flagrante-%d", i)
			o.Proxies = []upstream.ProxyRule{{Host: "*", URL: scheme + "://" + next}}
		})
	}
	return stages
}

// Proxies that name each other as upstream proxy would send a call round for ever.
func TestProxiesThatNameEachOtherAreNoticed(t *testing.T) {
	for _, scheme := range []string{"http", "socks5"} {
		for _, n := range []int{1, 2, 3} {
			for _, target := range []string{"http://vendor.example/saldo", "https://vendor.example/saldo"} {
				t.Run(fmt.Sprint(scheme, n, target[:5]), func(t *testing.T) {
					stages := circle(t, scheme, n)
					resp, err := stages[0].client().Get(target)
					check(t, err)
					if said := read(t, resp); resp.StatusCode != http.StatusLoopDetected || !strings.Contains(said, "flagrante, the proxy, says this") || !strings.Contains(said, "upstream proxy") {
						t.Errorf("the app got %s: %s", resp.Status, said)
					}
					if x := stages[0].next(); x.Err == nil || x.Err.Type != "proxy_loop_detected" || x.Request.URL != target {
						t.Errorf("recorded %s as %+v, %v", x.Request.URL, x.Response, x.Err)
					}
					stages[0].none()
				})
			}
		}
	}
}

// lead listens and passes what comes on to an address that is known later.
func lead(t *testing.T, to func() string) string {
	t.Helper()
	return acceptAll(t, func(from net.Conn) {
		defer from.Close()
		onward, err := net.Dial("tcp", to())
		if err != nil {
			return
		}
		defer onward.Close()
		go func() {
			defer onward.Close()
			io.Copy(onward, from)
		}()
		io.Copy(from, onward)
	})
}
