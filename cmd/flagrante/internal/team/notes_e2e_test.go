//go:build e2e

package team_test

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"flagrante/capture/delivery"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// run runs a command in the place of a process, and returns what it printed.
func (p *process) run(args ...string) string {
	p.t.Helper()
	child := exec.Command(shared.program, append([]string{"--data", p.dir}, args...)...)
	child.Env = p.env
	out, err := child.CombinedOutput()
	if err != nil && len(out) == 0 {
		p.t.Fatal(err)
	}
	return string(out)
}

// said reports whether a process has logged something.
func (p *process) said(what string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Contains(p.log.String(), what)
}

// A proxy with another key of masks is told of at the desk, while it works and at a start,
// until it has the desk's.
func TestADeskSaysWhoMasksWithAnotherKey(t *testing.T) {
	place := storetest.Place(t, shared.server.Address)
	desk := newProcess(t, place, "serve")
	desk.begin()
	proxy := newProcess(t, place, "--option", "role=proxy", "--option", "origin.name=loja", "serve")
	proxy.begin()
	catch := func(n int) {
		t.Helper()
		stop, calls := make(chan struct{}), atomic.Int64{}
		go callAway(bank(t), proxy, stop, &calls)
		await(t, "a failure is caught", func() bool { return len(proxy.failures()) >= n })
		close(stop)
	}
	catch(1)
	const another = "a proxy masks with another key than this desk"
	await(t, "the desk says so", func() bool { return desk.said(another) })
	if found := desk.run("doctor"); !strings.Contains(found, "loja on ") || !strings.Contains(found, "copy the file mask-key") {
		t.Errorf("doctor at the desk says %s", found)
	}
	desk.kill()
	fresh := newProcess(t, place, "serve")
	fresh.dir = desk.dir
	fresh.begin()
	await(t, "it says so at the start", func() bool { return fresh.said(another) })

	key, err := os.ReadFile(filepath.Join(desk.dir, "mask-key"))
	check(t, err)
	proxy.kill()
	check(t, os.WriteFile(filepath.Join(proxy.dir, "mask-key"), key, 0o600))
	proxy.begin()
	catch(len(proxy.failures()) + 1)
	await(t, "the desk knows of the key", func() bool {
		return strings.Contains(fresh.run("doctor"), "the key of masks of all that sent something lately")
	})
}

// Pages hear of what another process has stored, and what can't be stored is listed, and
// tried again.
func TestADeskHearsOfWhatOthersStore(t *testing.T) {
	place := storetest.Place(t, shared.server.Address)
	desk := newProcess(t, place, "serve")
	desk.begin()
	stream, err := http.NewRequestWithContext(t.Context(), http.MethodGet, desk.address("/api/v1/events"), nil)
	check(t, err)
	token, err := os.ReadFile(desk.dir + "/desk-token")
	check(t, err)
	stream.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	answer, err := http.DefaultClient.Do(stream)
	check(t, err)
	defer answer.Body.Close()
	events := bufio.NewScanner(answer.Body)
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		for events.Scan() {
			if events.Text() == "event: changed" {
				return
			}
		}
	}()
	// Another machine stores it itself: this desk has nothing to do with it.
	other := storetest.Open(t, place)
	_, err = other.Append(t.Context(), massOf("other", 1, 0))
	check(t, err)
	await(t, "the page hears of it", func() bool {
		select {
		case <-heard:
			return true
		default:
			return false
		}
	})

	check(t, other.Deliver(t.Context(), []delivery.Delivery{{Stream: "s", Seq: 1, Format: delivery.Format, Data: []byte("noise")}}))
	refused := func(n int64) func() bool {
		return func() bool {
			told, err := other.Delivered(t.Context())
			check(t, err)
			return told == store.Delivered{Refused: n}
		}
	}
	await(t, "it is refused", refused(1))
	if said := desk.run("deliveries"); !strings.Contains(said, "0 waiting, 1 that can't be stored") || !strings.Contains(said, "the delivery is damaged") {
		t.Errorf("the list says %s", said)
	}
	if said := desk.run("deliveries", "--retry"); !strings.Contains(said, "1 tried again") {
		t.Errorf("tried again: %s", said)
	}
	await(t, "it is refused again", func() bool {
		return refused(1)() && strings.Contains(desk.run("deliveries"), "again-")
	})
}
