//go:build e2e

package team_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store"
	"flagrante/capture/store/journal"
	"flagrante/capture/traffic"
	"flagrante/proxy"
)

// massCommand makes the test program a proxy that catches many failures without traffic:
// by the same journal and the same way as flagrante.
const massCommand = "mass"

// massBatch is how many failures it catches at once.
const massBatch = 125

// beMass catches failures until there are enough: address, folder, name, run, how many.
// It prints each batch once the journal has it, and goes no further than to half of them
// until its input ends, so that it still works when the test looks for it.
func beMass(args []string) int {
	run, err := strconv.Atoi(args[3])
	if err != nil {
		return refuse(err)
	}
	most, err := strconv.Atoi(args[4])
	if err != nil {
		return refuse(err)
	}
	if err := catch(args[0], args[1], args[2], run, most); err != nil {
		return refuse(err)
	}
	return 0
}

func catch(address, dir, name string, run, most int) error {
	ctx := context.Background()
	journal, err := journal.Open(ctx, journal.Options{Path: dir + "/journal.db", Origin: delivery.Origin{ID: "o-" + name, Machine: name, App: "mass"}, Stream: fmt.Sprintf("%s-%d", name, run)})
	if err != nil {
		return err
	}
	sender, err := store.OpenSender(address)
	if err != nil {
		return err
	}
	shipper := delivery.Ship(journal, sender, zerolog.New(os.Stderr))
	for n := 0; n < most; n += massBatch {
		calm(journal)
		if n >= most/2 {
			if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
				return err
			}
		}
		b := massOf(name, run, n)
		if _, err := journal.Append(ctx, b); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(os.Stdout, "kept", run, n); err != nil {
			return err
		}
	}
	for journal.Held().Deliveries > 0 {
		calm(journal)
		if err := shipper.Drain(ctx); err == nil {
			break
		}
	}
	shipper.Close()
	return nil
}

// atHand is how many batches are caught before the first of them has to be sent.
const atHand = 40

// calm returns when little waits, or after a moment.
func calm(j *journal.Journal) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 200 {
		if j.Held().Deliveries < atHand {
			return
		}
		<-tick.C
	}
}

// massOf are the failures from a number on, and the calls that they were among.
func massOf(name string, run, n int) (b capture.Batch) {
	var counts traffic.Table
	begun := time.Date(2026, 11, 20+run%5, 9, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second / 10)
	for i := range massBatch {
		id := fmt.Sprintf("%s-%d-%06d", name, run, n+i)
		host := fmt.Sprintf("mass%d.example", i%3)
		endpoint := fmt.Sprintf("POST %s/v1/pix/%d", host, i%4)
		x := proxy.Exchange{
			ID: id, Start: begun.Add(time.Duration(i) * time.Millisecond), Request: proxy.Request{Method: "POST", URL: "https://" + strings.TrimPrefix(endpoint, "POST "), Body: text(`{"valor":"` + id + `"}`)},
			Response: &proxy.Response{Status: 503, Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, Body: text(`{"codigo":"E1","mensagem":"fora do ar"}`)},
			Phases:   proxy.Phases{Total: 20 * time.Millisecond},
		}
		b.Failures = append(b.Failures, &capture.Failure{
			ID: id, Time: x.Start, Kind: capture.KindHTTPStatus, Host: host, Endpoint: endpoint, Fingerprint: fmt.Sprintf("v2-%d%02dmassmassmass", i%3, i%4),
			Vendor: capture.Vendor{Code: "E1", Message: "fora do ar"}, Origin: capture.Origin{Country: "BR", Source: capture.SourceSetting}, Exchange: x,
		})
		counts.Add(host, endpoint, x.Start, x.Phases.Total, true, false)
	}
	b.Traffic = counts.Take()
	return b
}

func text(s string) proxy.Body {
	return proxy.Body{Data: []byte(s), Size: int64(len(s)), Complete: true}
}

// mass is such a process, and those that took its place after it was killed.
type mass struct {
	t             *testing.T
	name, address string
	dir           string

	mu    sync.Mutex
	run   int
	kept  map[string]bool
	child *exec.Cmd
	input io.Closer
	ended chan error
}

func newMass(t *testing.T, name, address string) *mass {
	t.Helper()
	return &mass{t: t, name: name, address: address, dir: t.TempDir(), kept: map[string]bool{}}
}

// begin starts the process, which catches so many failures.
func (m *mass) begin(most int) {
	m.t.Helper()
	m.run++
	program, err := os.Executable()
	check(m.t, err)
	m.child = exec.Command(program, massCommand, m.address, m.dir, m.name, strconv.Itoa(m.run), strconv.Itoa(most))
	m.child.Stderr = os.Stderr
	out, err := m.child.StdoutPipe()
	check(m.t, err)
	m.input, err = m.child.StdinPipe()
	check(m.t, err)
	check(m.t, m.child.Start())
	m.ended = make(chan error, 1)
	child, ended := m.child, m.ended
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			m.mu.Lock()
			m.kept[strings.TrimPrefix(lines.Text(), "kept ")] = true
			m.mu.Unlock()
		}
		ended <- child.Wait()
	}()
}

// goOn has the process catch the other half.
func (m *mass) goOn() {
	m.t.Helper()
	check(m.t, m.input.Close())
}

// failures is how many were kept, as far as it was heard of.
func (m *mass) failures() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.kept) * massBatch
}

// kill ends the process at once.
func (m *mass) kill() {
	m.t.Helper()
	check(m.t, m.child.Process.Kill())
	if err := <-m.ended; err == nil {
		m.t.Fatal("it ended before it was killed")
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
