package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rs/zerolog"

	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world/worldtest"
)

// passing opens an app in dir, through which a call fails before its store is open. Where it is told to
// end, that is right after the call.
func passing(t *testing.T, dir string, toldToEnd bool) (a *App, proxyAddr string, err error) {
	t.Helper()
	vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"error":"down"}`, http.StatusServiceUnavailable)
	}))
	t.Cleanup(vendor.Close)
	w := worldtest.New()
	conf, err := config.Read("", w)
	if err != nil {
		t.Fatal(err)
	}
	conf.Proxy.Listen, conf.Desk.Listen = "127.0.0.1:0", "127.0.0.1:0"
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	call := func(proxy net.Addr) {
		proxyAddr = proxy.String()
		client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: proxyAddr}), DisableKeepAlives: true}}
		answer, err := client.Get(vendor.URL + "/v1/charges")
		if err != nil {
			t.Errorf("the call did not pass: %v", err)
			return
		}
		if err := answer.Body.Close(); answer.StatusCode != http.StatusServiceUnavailable || err != nil {
			t.Errorf("the app got %d, %v", answer.StatusCode, err)
		}
		if toldToEnd {
			cancel()
		}
	}
	a, err = Open(ctx, Options{Dir: dir, Config: conf, World: w, Log: zerolog.Nop(), Passing: call})
	return a, proxyAddr, err
}

// TestCallsPassBeforeTheStoreIsOpen has such a call stored, also where the program is told to end
// while it opens its store.
func TestCallsPassBeforeTheStoreIsOpen(t *testing.T) {
	for name, toldToEnd := range map[string]bool{"opened": false, "told to end": true} {
		t.Run(name, func(t *testing.T) {
			a, _, err := passing(t, t.TempDir(), toldToEnd)
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Close(); err != nil {
				t.Error(err)
			}
			if n := a.Recorder.Counts(); n.Calls != 1 || n.Stored != 1 {
				t.Errorf("counted %+v", n)
			}
		})
	}
}

// TestAStoreThatCantBeOpenedEndsWhatPassed tells of the calls that can't be kept, and frees the ports.
func TestAStoreThatCantBeOpenedEndsWhatPassed(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, datadir.DatabaseFile), 0o700); err != nil {
		t.Fatal(err)
	}
	_, proxyAddr, err := passing(t, dir, false)
	if err == nil {
		t.Fatal("a folder was opened as the database")
	}
	if hint := (*hinted.Error)(nil); !errors.As(err, &hint) || !strings.Contains(err.Error(), "not recorded: 1") {
		t.Errorf("the error is %v", err)
	}
	if c, err := net.Dial("tcp", proxyAddr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the proxy still listens: %v", fmt.Sprint(c, err))
	}
}
