package main_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// internetCmd makes the names of the bank's certificate reachable, as a company's
// proxy would: `internet NAME…`, after `bank NAME…`. Apps then call hosts that are
// not on loopback, where some runtimes never use a proxy.
func internetCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	if len(args) == 0 {
		ts.Fatalf("usage: internet NAME…")
	}
	s := on(ts)
	internet := httptest.NewServer(way{secure: s.bank.HTTPS, plain: s.bank.HTTP, names: args})
	s.closers = append(s.closers, internet.Close)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		ts.Setenv(name, internet.URL)
	}
}

// way leads a few names to the bank.
type way struct {
	secure, plain string
	names         []string
}

// ServeHTTP is a proxy's.
func (y way) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, port, _ := net.SplitHostPort(r.Host)
	if port == "" {
		host, port = r.Host, "80"
	}
	to := map[string]string{"443": y.secure, "80": y.plain}[port]
	if to == "" || !strings.Contains(" "+strings.Join(y.names, " ")+" ", " "+host+" ") {
		http.Error(w, "no such host", http.StatusBadGateway)
		return
	}
	target, err := url.Parse(to)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if r.Method != http.MethodConnect {
		(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(target); p.Out.Host = r.Host }}).ServeHTTP(w, r)
		return
	}
	tunnel(w, target.Host)
}

func tunnel(w http.ResponseWriter, to string) {
	vendor, err := net.Dial("tcp", to)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer vendor.Close()
	app, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer app.Close()
	fmt.Fprint(app, "HTTP/1.1 200 OK\r\n\r\n")
	back := make(chan struct{})
	go func() {
		defer close(back)
		io.Copy(app, vendor)
		_ = app.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(vendor, buffered)
	_ = vendor.(*net.TCPConn).CloseWrite()
	<-back
}

// appCommand makes the test program an app that makes one call, as the standard
// library does it: scripts run it as `$APP get URL`.
const appCommand = "get"

// beApp makes the call and returns the exit code of the app: 3 for an answer that
// fails.
func beApp(target string) int {
	answer, err := http.Get(target) //nolint:gosec // The script says where to.
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer answer.Body.Close()
	fmt.Fprintln(os.Stdout, answer.Status)
	if answer.StatusCode >= http.StatusBadRequest {
		return 3
	}
	return 0
}
