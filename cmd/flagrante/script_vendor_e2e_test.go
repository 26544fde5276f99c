//go:build e2e

package main_test

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/mccutchen/go-httpbin/v2/httpbin"
	"github.com/rogpeppe/go-internal/testscript"

	"flagrante/proxy/authority"
)

// vendor is go-httpbin behind TLS, with HTTP/1.1 and HTTP/2. It keeps what it
// was told, byte by byte.
type vendor struct {
	server *http.Server
	host   string

	mu    sync.Mutex
	conns []*heardConn
	turns map[string]chan struct{}
}

type vendorKey struct{}

// vendorCmd starts a vendor and lets flagrante trust its authority: `vendor`.
// Beside the paths of go-httpbin it has
//
//	/turns/ID  an event, and a second one as soon as /next/ID was called
//	/cut       the beginning of an answer, and an abrupt end
//	/chat      a WebSocket
func vendorCmd(ts *testscript.TestScript, neg bool, _ []string) {
	never(ts, neg)
	issuer, err := authority.Open(filepath.Join(on(ts).dir, "vendor"), time.Now)
	ts.Check(err)
	leaf, err := issuer.Leaf("127.0.0.1")
	ts.Check(err)
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	v := ts.Value(vendorKey{}).(*vendor)
	v.host = plain.Addr().String()
	v.server = &http.Server{Handler: v.routes(), Protocols: new(http.Protocols), ErrorLog: log.New(io.Discard, "", 0)}
	v.server.Protocols.SetHTTP1(true)
	// TLS has ended before: what the server reads is what the vendor hears.
	v.server.Protocols.SetUnencryptedHTTP2(true)
	config := &tls.Config{Certificates: []tls.Certificate{*leaf}, NextProtos: []string{"h2", "http/1.1"}}
	go func() { _ = v.server.Serve(&hearing{plain, config, v}) }()
	ts.Defer(func() { ts.Check(v.server.Close()) })
	ca := filepath.Join(on(ts).dir, "vendor-ca.pem")
	ts.Check(os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issuer.Root().Raw}), 0o600))
	for name, value := range map[string]string{"VENDOR": "https://" + v.host, "VENDOR_CA": ca, "FLAGRANTE_UPSTREAM_CA": ca} {
		ts.Setenv(name, value)
	}
}

func (v *vendor) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", httpbin.New())
	mux.HandleFunc("/turns/{id}", v.takeTurns)
	mux.HandleFunc("/next/{id}", func(w http.ResponseWriter, r *http.Request) {
		v.turn(r.PathValue("id")) <- struct{}{}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "the beginning")
		if err := http.NewResponseController(w).Flush(); err == nil {
			panic(http.ErrAbortHandler)
		}
	})
	mux.HandleFunc("/chat", chat)
	return mux
}

// takeTurns says the second thing only to one who has heard the first.
func (v *vendor) takeTurns(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, "data: first\n\n")
	if err := http.NewResponseController(w).Flush(); err != nil {
		return
	}
	select {
	case <-v.turn(r.PathValue("id")):
		fmt.Fprint(w, "data: second\n\n")
	case <-r.Context().Done():
	}
}

func (v *vendor) turn(id string) chan struct{} {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.turns[id] == nil {
		v.turns[id] = make(chan struct{}, 1)
	}
	return v.turns[id]
}
