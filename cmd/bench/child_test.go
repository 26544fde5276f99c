// Package bench_test measures the proxy against its absence, a blind tunnel and
// a tuned goproxy. See docs/performance.md.
package bench_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"sync"
	"testing"
	"time"

	"github.com/elazarl/goproxy"
	"github.com/oklog/ulid/v2"
	"github.com/rs/zerolog"

	"flagrante/capture/background"
	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/store"
	"flagrante/proxy"
	"flagrante/proxy/authority"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// childEnv names the proxy that this program is to be, instead of a test.
const childEnv = "FLAGRANTE_BENCH_PROXY"

// profileEnv names a folder to which each child writes a profile of its processor
// time.
const profileEnv = "FLAGRANTE_BENCH_PROFILE"

// dirEnv names the folder with the authority.
const dirEnv = "FLAGRANTE_BENCH_DIR"

// TestMain becomes a proxy when it is started as one: each is measured in a
// process of its own.
func TestMain(m *testing.M) {
	kind := os.Getenv(childEnv)
	if kind == "" {
		os.Exit(m.Run())
	}
	if err := serveChild(kind, os.Getenv(dirEnv)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serveChild serves, and answers what it is asked, until standard input ends; then it prints what was counted.
func serveChild(kind, dir string) error {
	ca, err := authority.Open(filepath.Join(dir, "ca"), time.Now)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.Root())
	p, err := proxyOf(kind, l, ca, roots)
	if err != nil {
		return err
	}
	endProfile, err := profile(kind)
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	for asked := bufio.NewScanner(os.Stdin); asked.Scan(); {
		if asked.Text() == askDrain {
			p.drain()
		}
		fmt.Println(p.stored())
	}
	counts, err := p.end()
	return errors.Join(err, endProfile(), json.NewEncoder(os.Stdout).Encode(counts))
}

// profile writes what the processor does to a file, when a folder for that is
// named.
func profile(kind string) (end func() error, err error) {
	dir := os.Getenv(profileEnv)
	if dir == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(filepath.Join(dir, kind+".pprof"))
	if err != nil {
		return nil, err
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, pprof.StartCPUProfile(f)
}

// What a child is asked, on a line each. It answers with the number of failures
// that it has stored.
const (
	askStored = "stored"
	askDrain  = "drain"
)

// child is a proxy that runs in this process.
type child struct {
	// drain waits until all that has passed is stored.
	drain func()
	// stored returns how many failures were stored since the start.
	stored func() int64
	end    func() (counts, error)
}

// counts are what a proxy with capture has seen.
type counts struct {
	record.Counts
	Rows int64
}

func proxyOf(kind string, l net.Listener, ca *authority.Authority, roots *x509.CertPool) (*child, error) {
	none := &child{drain: func() {}, stored: func() int64 { return 0 }, end: func() (counts, error) { return counts{}, l.Close() }}
	switch kind {
	case "tunnel":
		go http.Serve(l, blind())
		return none, nil
	case "goproxy":
		go http.Serve(l, tuned(ca, roots))
		return none, nil
	case "relay":
		pool := &proxy.Pool{}
		_, err := relay(l, ca, roots, pool, pool.Release)
		return none, err
	default:
		return capturing(l, ca, roots)
	}
}

func blind() http.Handler {
	p := goproxy.NewProxyHttpServer()
	p.Logger = log.New(io.Discard, "", 0)
	p.Tr = &http.Transport{}
	return p
}

// tuned intercepts as well as goproxy can: leaves that are minted once, shared
// TLS configurations, and enough idle connections.
func tuned(ca *authority.Authority, roots *x509.CertPool) http.Handler {
	p := goproxy.NewProxyHttpServer()
	p.Logger = log.New(io.Discard, "", 0)
	p.Tr = &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, ClientSessionCache: tls.NewLRUClientSessionCache(256)},
		MaxIdleConnsPerHost: 256, DisableCompression: true,
	}
	var configs sync.Map
	config := func(host string, _ *goproxy.ProxyCtx) (*tls.Config, error) {
		if known, ok := configs.Load(host); ok {
			return known.(*tls.Config), nil
		}
		name, _, err := net.SplitHostPort(host)
		if err != nil {
			return nil, err
		}
		leaf, err := ca.Leaf(name)
		if err != nil {
			return nil, err
		}
		fresh, _ := configs.LoadOrStore(host, &tls.Config{Certificates: []tls.Certificate{*leaf}})
		return fresh.(*tls.Config), nil
	}
	p.OnRequest().HandleConnectFunc(func(host string, _ *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
		return &goproxy.ConnectAction{Action: goproxy.ConnectMitm, TLSConfig: config}, host
	})
	return p
}

func relay(l net.Listener, ca *authority.Authority, roots *x509.CertPool, pool *proxy.Pool, observe proxy.Observer) (*server.Server, error) {
	dialer, err := upstream.New(upstream.Options{Now: time.Now, Roots: func() *upstream.Roots { return upstream.RootsOf(roots) }, Timeouts: upstream.Timeouts{Connect: time.Minute, Handshake: time.Minute}})
	if err != nil {
		return nil, err
	}
	s := server.New(server.Options{
		Minter: ca, Pool: pool, Observe: observe, Now: time.Now, BodyLimit: 1 << 20, Dialer: dialer, Timeouts: server.DefaultTimeouts(), Log: zerolog.Nop(),
		NewID: newID,
	})
	go s.Serve(l)
	return s, nil
}

// newID makes IDs as the program does.
func newID(at time.Time) string {
	id := ulid.MustNew(ulid.Timestamp(at), nil)
	binary.BigEndian.PutUint64(id[6:], rand.Uint64())
	binary.BigEndian.PutUint16(id[14:], uint16(rand.Uint32()))
	return id.String()
}

// capturing is the relay with the pipeline and the database of the product.
func capturing(l net.Listener, ca *authority.Authority, roots *x509.CertPool) (*child, error) {
	background.MakeRoom()
	dir, err := os.MkdirTemp(os.Getenv(dirEnv), "capture")
	if err != nil {
		return nil, err
	}
	db, err := store.Open(context.Background(), filepath.Join(dir, "flagrante.db"), store.Behind())
	if err != nil {
		return nil, err
	}
	places, err := locate.Embedded()
	if err != nil {
		return nil, err
	}
	rules, err := judge.New(nil)
	if err != nil {
		return nil, err
	}
	pool, pipeline := &proxy.Pool{}, record.NewPipeline(&locate.Locator{DB: places}, rules, nil)
	pipeline.Reuse(pool)
	recorder := record.Start(pipeline, db, zerolog.Nop())
	s, err := relay(l, ca, roots, pool, recorder.Observe)
	return &child{
		drain:  func() { drain(recorder) },
		stored: func() int64 { return recorder.Counts().Stored },
		end:    func() (counts, error) { return endCapturing(s, recorder, db) },
	}, err
}

// drain waits until the recorder has nothing left to do.
func drain(r *record.Recorder) {
	for tick := time.Tick(time.Millisecond); r.Counts().Waiting > 0; {
		<-tick
	}
}

func endCapturing(s *server.Server, r *record.Recorder, db *store.Store) (counts, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := errors.Join(s.Shutdown(ctx), r.Close(ctx))
	n := counts{Counts: r.Counts()}
	rows, queryErr := db.Query(ctx, "SELECT count(*) FROM failures")
	if queryErr != nil {
		return n, errors.Join(err, queryErr)
	}
	for rows.Next() {
		err = errors.Join(err, rows.Scan(&n.Rows))
	}
	return n, errors.Join(err, rows.Err(), rows.Close(), db.Close())
}
