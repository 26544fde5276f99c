package app

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world/worldtest"
)

// TestWhatIsCutOffAtTheEndIsStored has an exchange that lasts longer than the proxy
// waits for it.
func TestWhatIsCutOffAtTheEndIsStored(t *testing.T) {
	vendor, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer vendor.Close()
	w := worldtest.New()
	conf, err := config.Read("", w)
	if err != nil {
		t.Fatal(err)
	}
	conf.Proxy.Listen, conf.Desk.Listen = "127.0.0.1:0", "127.0.0.1:0"
	a, err := Open(t.Context(), Options{Dir: t.TempDir(), Config: conf, World: w, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	app, err := net.Dial("tcp", a.ProxyAddr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	if _, err := io.WriteString(app, "GET http://"+vendor.Addr().String()+"/ HTTP/1.1\r\nHost: bank\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	asked, err := vendor.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer asked.Close()
	if _, err := asked.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := a.Settle(ctx); err != nil {
		t.Errorf("settle: %v", err)
	}
	if n := a.Recorder.Counts(); n.Calls != 1 || n.Stored != 1 {
		t.Errorf("counted %+v", n)
	}
	if err := a.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
