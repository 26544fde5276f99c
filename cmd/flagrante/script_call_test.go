package main_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds a wait for something that has to come.
const patience = 30 * time.Second

// appClient is the app of a script: its cookies last for the script.
type appClient struct{ jar http.CookieJar }

func newAppClient() *appClient {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // Never: there are no options.
	}
	return &appClient{jar}
}

// appCall is one call of an app.
type appCall struct {
	direct, http2  bool
	ca, from, body string
	header         []string
	// leave takes what ends the call, where something else does.
	leave       func(context.CancelFunc)
	method, url string
}

// callCmd makes a call as an app does, through the proxy and with trust in its
// authority unless told otherwise:
//
//	[!] call [-direct] [-http2] [-ca FILE] [-from ADDR] [-leave] [-d BODY] [-H FIELD]… METHOD URL
//
// The standard output is the answer: head, empty line, body. Without a whole
// answer the call has failed, and the standard error says why. -from writes a
// header of the PROXY protocol first; -leave gives up when the slow path of the bank holds the call.
func callCmd(ts *testscript.TestScript, neg bool, args []string) {
	c := appCall{ca: ts.Getenv("CA")}
	f := flag.NewFlagSet("call", flag.ContinueOnError)
	f.BoolVar(&c.direct, "direct", false, "")
	f.BoolVar(&c.http2, "http2", false, "")
	f.StringVar(&c.ca, "ca", c.ca, "")
	f.StringVar(&c.from, "from", "", "")
	leave := f.Bool("leave", false, "")
	f.StringVar(&c.body, "d", "", "")
	f.Func("H", "", func(field string) error { c.header = append(c.header, field); return nil })
	rest := parseFlags(ts, f, args, 2)
	c.method, c.url = rest[0], rest[1]
	if *leave {
		c.leave = on(ts).leaveWhenKept
	}
	proxy := ts.Getenv("PROXY")
	if c.direct {
		proxy = ""
	}
	err := on(ts).client.call(c, proxy, ts.Stdout())
	if err != nil {
		fmt.Fprintln(ts.Stderr(), err)
	}
	if neg == (err == nil) {
		ts.Fatalf("call: %v", err)
	}
}

func (a *appClient) call(c appCall, proxy string, out io.Writer) error {
	transport, err := c.transport(proxy)
	if err != nil {
		return err
	}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if c.leave != nil {
		c.leave(cancel)
	}
	request, err := c.request(ctx)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: transport, Jar: a.jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	to := bufio.NewWriter(out)
	fmt.Fprintf(to, "%s %s\n", answer.Proto, answer.Status)
	for _, name := range slices.Sorted(maps.Keys(answer.Header)) {
		for _, value := range answer.Header[name] {
			fmt.Fprintf(to, "%s: %s\n", name, value)
		}
	}
	fmt.Fprintln(to)
	_, err = io.Copy(to, answer.Body)
	return errors.Join(err, answer.Body.Close(), to.Flush())
}

func (c appCall) request(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	request, err := http.NewRequestWithContext(ctx, c.method, c.url, body)
	if err != nil {
		return nil, err
	}
	for _, field := range c.header {
		name, value, _ := strings.Cut(field, ":")
		if value = strings.TrimSpace(value); strings.EqualFold(name, "Host") {
			request.Host = value
		} else {
			request.Header.Add(name, value)
		}
	}
	return request, nil
}

func (c appCall) transport(proxy string) (*http.Transport, error) {
	t := &http.Transport{TLSClientConfig: &tls.Config{}, ForceAttemptHTTP2: c.http2}
	if c.ca != "" {
		pem, err := os.ReadFile(c.ca)
		if err != nil {
			return nil, err
		}
		t.TLSClientConfig.RootCAs = x509.NewCertPool()
		if !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", c.ca)
		}
	}
	if proxy != "" {
		address, err := url.Parse(proxy)
		if err != nil {
			return nil, err
		}
		t.Proxy = http.ProxyURL(address)
	}
	if c.from != "" {
		t.DialContext = c.dialFrom
	}
	return t, nil
}

// dialFrom connects as a load balancer does that speaks the PROXY protocol.
func (c appCall) dialFrom(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(conn, "PROXY TCP4 %s 192.0.2.1 40000 8790\r\n", c.from)
	return conn, err
}
