//go:build e2e

package team_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/store"
	"flagrante/capture/store/postgres"
)

// mostMass is how many failures are caught without traffic, by three processes.
const mostMass = 102_000

// roles makes users who have no more rights than they need, and returns the addresses of
// the owner, a desk, and a proxy.
func roles(t *testing.T) (db *sql.DB, desk, proxy string) {
	t.Helper()
	s, err := store.Open(t.Context(), shared.server.Address)
	check(t, err)
	check(t, s.Close())
	c, err := postgres.NewConnector(shared.server.Address, false)
	check(t, err)
	db = sql.OpenDB(c)
	t.Cleanup(func() { check(t, db.Close()) })
	grants, err := store.Grants(store.Roles{Proxy: "team proxy", Desk: "team_desk", Schema: "public"})
	check(t, err)
	for _, statement := range []string{grants, `ALTER ROLE "team proxy" PASSWORD 'secret-p'`, `ALTER ROLE team_desk PASSWORD 'secret-d'`} {
		_, err := db.ExecContext(t.Context(), statement)
		check(t, err)
	}
	as := func(name, password string) string {
		u, err := url.Parse(shared.server.Address)
		check(t, err)
		u.User = url.UserPassword(name, password)
		return u.String()
	}
	return db, as("team_desk", "secret-d"), as("team proxy", "secret-p")
}

// number asks the database for one.
func number(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	check(t, db.QueryRowContext(t.Context(), query, args...).Scan(&n))
	return n
}

// callAway has an app call a vendor through a proxy, a hundred times a second, until it
// is told to stop; every second call fails.
func callAway(vendor string, p *process, stop <-chan struct{}, calls *atomic.Int64) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		address := p.proxy.Load()
		if address == nil {
			continue
		}
		via, err := url.Parse(*address)
		if err != nil {
			return
		}
		transport := &http.Transport{Proxy: http.ProxyURL(via), DisableKeepAlives: true}
		answer, err := (&http.Client{Transport: transport, Timeout: 5 * time.Second}).Get(fmt.Sprintf("%s/v1/%s", vendor, []string{"good", "bad"}[n%2]))
		if err == nil {
			calls.Add(1)
			answer.Body.Close()
		}
	}
}

// bank is a vendor of which half the calls fail.
func bank(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if !strings.HasSuffix(r.URL.Path, "bad") {
			fmt.Fprint(w, `{"id":"87","valor":"150.00"}`)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, `{"codigo":"E7","mensagem":"fora do ar"}`)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// Nothing that was acknowledged is lost, and nothing counts twice, whoever is killed
// while everybody works.
func TestATeamSurvivesThatEachPartIsKilled(t *testing.T) {
	db, desk, proxy := roles(t)
	desks := []*process{newProcess(t, desk, "serve"), newProcess(t, desk, "serve")}
	var proxies []*process
	for i := range 3 {
		proxies = append(proxies, newProcess(t, proxy, "--option", "role=proxy", "--option", fmt.Sprintf("origin.name=app-%d", i), "serve"))
	}
	for _, p := range append(desks, proxies...) {
		p.begin()
	}
	masses := []*mass{newMass(t, "a", proxy), newMass(t, "b", proxy), newMass(t, "c", proxy)}
	for _, m := range masses {
		m.begin(mostMass / len(masses))
	}
	vendor, stop, calls := bank(t), make(chan struct{}), atomic.Int64{}
	var apps sync.WaitGroup
	for _, p := range proxies {
		apps.Go(func() { callAway(vendor, p, stop, &calls) })
	}
	stored := func() int { return number(t, db, `SELECT count(*) FROM failures`) }
	begun := time.Now()
	reach := func(n int) {
		t.Helper()
		t.Logf("%v: %d failures are stored, %d deliveries wait", time.Since(begun).Round(time.Second), stored(), number(t, db, `SELECT count(*) FROM deliveries`))
		await(t, fmt.Sprintf("%d failures are stored", n), func() bool { return stored() >= n })
	}

	await(t, "failures are caught", func() bool { return masses[0].failures() >= 4_000 })
	masses[0].kill()
	masses[0].begin(mostMass/len(masses) - masses[0].failures())
	proxies[0].kill()
	proxies[0].begin()

	await(t, "more failures are caught", func() bool { return masses[1].failures() >= 10_000 })
	check(t, shared.server.Run(t.Context(), "kill"))
	before := calls.Load()
	await(t, "calls pass while the database is away", func() bool { return calls.Load() > before+100 })
	if status, said := proxies[1].ask("/readyz"); status != http.StatusOK {
		t.Errorf("a proxy whose database is away says %d %s", status, said)
	}
	kept := masses[1].failures()
	masses[1].goOn()
	await(t, "failures are kept while the database is away", func() bool { return masses[1].failures() > kept })
	masses[1].kill()
	masses[1].begin(mostMass/len(masses) - masses[1].failures())
	proxies[2].kill()
	proxies[2].begin()
	check(t, shared.server.Run(t.Context(), "start"))
	for _, m := range masses {
		m.goOn()
	}

	reach(15_000)
	desks[0].kill()
	reach(25_000)
	desks[1].kill()
	desks[0].begin()
	desks[1].begin()

	reach(40_000)
	await(t, "failures of calls are caught", func() bool { return ofCalls(proxies) >= leastOfCalls })
	close(stop)
	apps.Wait()
	for _, m := range masses {
		if err := <-m.ended; err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range proxies {
		await(t, "the journals are empty", func() bool {
			_, said := p.ask("/metrics")
			return strings.Contains(said, "flagrante_journal_deliveries 0") && strings.Contains(said, "flagrante_queue_exchanges 0")
		})
	}
	await(t, "all deliveries are stored", func() bool { return number(t, db, `SELECT count(*) FROM deliveries`) == 0 })
	settled(t, db, masses, proxies)
	drafts(t, desks[0])
}

// leastOfCalls is how many failures of calls have to be caught.
const leastOfCalls = 100

// ofCalls is how many failures proxies said they have.
func ofCalls(proxies []*process) (n int) {
	for _, p := range proxies {
		n += len(p.failures())
	}
	return n
}

// settled looks whether everything is there once.
func settled(t *testing.T, db *sql.DB, masses []*mass, proxies []*process) {
	t.Helper()
	if n := number(t, db, `SELECT count(*) FROM refused`); n != 0 {
		t.Errorf("%d deliveries were refused", n)
	}
	// A batch that was kept when its process was killed may not have been said to be.
	kept := 0
	for _, m := range masses {
		kept += m.failures()
		for batch := range m.kept {
			var run, n int
			_, err := fmt.Sscan(batch, &run, &n)
			check(t, err)
			if got := number(t, db, `SELECT count(*) FROM failures WHERE id BETWEEN ? AND ?`, fmt.Sprintf("%s-%d-%06d", m.name, run, n), fmt.Sprintf("%s-%d-%06d", m.name, run, n+massBatch-1)); got != massBatch {
				t.Errorf("of batch %s of %s %d failures are stored", batch, m.name, got)
			}
		}
	}
	rows := number(t, db, `SELECT count(*) FROM failures WHERE host LIKE 'mass%'`)
	if rows < kept || rows > kept+massBatch*len(masses) {
		t.Errorf("%d failures are stored of %d that were acknowledged", rows, kept)
	}
	called := 0
	for _, p := range proxies {
		for _, id := range p.failures() {
			called++
			if number(t, db, `SELECT count(*) FROM failures WHERE id = ?`, id) != 1 {
				t.Errorf("the failure %s was acknowledged, and is not stored once", id)
			}
		}
	}
	t.Logf("%d failures without traffic and %d of calls were acknowledged", kept, called)
	if called < leastOfCalls {
		t.Errorf("only %d calls failed", called)
	}
	want := map[string]int{}
	for _, name := range []string{"failures", "ids", "groups", "minutes of groups", "origins", "calls"} {
		want[name] = rows
	}
	got := map[string]int{
		"failures":          rows,
		"ids":               number(t, db, `SELECT count(DISTINCT id) FROM failures WHERE host LIKE 'mass%'`),
		"groups":            number(t, db, `SELECT sum(count) FROM groups WHERE host LIKE 'mass%' AND scope = 'endpoint'`),
		"minutes of groups": number(t, db, `SELECT sum(m.failures) FROM group_minutes m JOIN groups g ON g.fingerprint = m.fingerprint WHERE g.host LIKE 'mass%'`),
		"origins":           number(t, db, `SELECT sum(o.count) FROM group_origins o JOIN groups g ON g.fingerprint = o.fingerprint WHERE g.host LIKE 'mass%'`),
		"calls":             number(t, db, `SELECT sum(calls) FROM minutes WHERE host LIKE 'mass%'`),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what counts the same is not the same (-failures +counted):\n%s", diff)
	}
	if all, total := number(t, db, `SELECT count(*) FROM failures`), number(t, db, `SELECT sum(count) FROM groups WHERE scope = 'endpoint'`); all != total {
		t.Errorf("%d failures are stored, the groups count %d", all, total)
	}
}

// drafts looks whether one problem that several proxies saw is one draft.
func drafts(t *testing.T, desk *process) {
	t.Helper()
	type origin struct {
		Machine, App string
		Count        int
	}
	var page struct {
		Drafts []struct {
			Host    string
			Count   int
			Origins []origin
		}
	}
	await(t, "a draft names all proxies", func() bool {
		status, said := desk.ask("/api/v1/drafts?limit=100")
		if status != http.StatusOK {
			return false
		}
		check(t, json.Unmarshal([]byte(said), &page))
		for _, d := range page.Drafts {
			if strings.HasPrefix(d.Host, "127.0.0.1") && len(d.Origins) == 3 {
				return true
			}
		}
		return false
	})
}
