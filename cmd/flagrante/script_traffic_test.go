package main_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// traffic is an app that calls on many connections at once.
type traffic struct {
	group sync.WaitGroup
	// answers counts whole answers of the vendor by status 503, others the rest.
	vendor, others, broken atomic.Int64
	stopped                atomic.Bool
}

func (t *traffic) wait() { t.group.Wait() }

// trafficCmd calls in the background until the proxy is gone, or as often as -n says:
//
//	traffic start [-n MOST] [-size BYTES] METHOD URL
//	traffic wait
//	traffic stop
//
// Wait prints how many answers of the vendor came whole, and how many
// calls had no answer, when the proxy is gone; stop ends the calls before. Every fourth connection speaks to the vendor without TLS.
func trafficCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	s := on(ts)
	switch strings.Join(args[:1], "") {
	case "start":
		f := flag.NewFlagSet("traffic", flag.ContinueOnError)
		most, size := f.Int64("n", 0, ""), f.Int("size", 0, "")
		rest := parseFlags(ts, f, args[1:], 2)
		c := appCall{ca: ts.Getenv("CA"), method: rest[0], url: rest[1], body: `{"valor":"150.00","nota":"` + strings.Repeat("boleto ", *size/7) + `"}`}
		transport, err := c.transport(ts.Getenv("PROXY"))
		ts.Check(err)
		s.traffic = &traffic{}
		s.traffic.start(c, transport, *most)
	case "stop":
		s.traffic.stopped.Store(true)
		s.traffic.wait()
		fmt.Fprintf(ts.Stdout(), "answered %d\nother %d\nbroken %d\n", s.traffic.vendor.Load(), s.traffic.others.Load(), s.traffic.broken.Load())
	case "wait":
		s.traffic.wait()
		fmt.Fprintf(ts.Stdout(), "answered %d\nother %d\nbroken %d\n", s.traffic.vendor.Load(), s.traffic.others.Load(), s.traffic.broken.Load())
		ts.Setenv("ANSWERED", fmt.Sprint(s.traffic.vendor.Load()))
	default:
		ts.Fatalf("usage: traffic start|wait")
	}
}

// lanes is how many connections call at once.
const lanes = 4

func (t *traffic) start(c appCall, transport *http.Transport, most int64) {
	client := &http.Client{Transport: transport}
	for range lanes {
		t.group.Go(func() {
			for n := int64(0); most == 0 || n < most/lanes; n++ {
				if t.stopped.Load() || !t.call(client, c) {
					return
				}
			}
		})
	}
	go func() {
		t.group.Wait()
		transport.CloseIdleConnections()
	}()
}

// call reports whether the proxy is still there.
func (t *traffic) call(client *http.Client, c appCall) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := c.request(ctx)
	if err != nil {
		return false
	}
	answer, err := client.Do(request)
	if err != nil {
		t.broken.Add(1)
		return false
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.broken.Add(1)
		return false
	}
	if answer.StatusCode == http.StatusServiceUnavailable && answer.Header.Get("Proxy-Status") == "" {
		t.vendor.Add(1)
	} else {
		t.others.Add(1)
	}
	return true
}
