//go:build e2e

package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// member is a user of a shared database with the rights of the documentation.
type member struct {
	t       *testing.T
	owner   *store.Store
	name    string
	address string
}

// members makes a desk and a proxy, with the password "first".
func members(t *testing.T, address string) (desk, proxy member) {
	t.Helper()
	owner := storetest.Open(t, address)
	u, err := url.Parse(address)
	check(t, err)
	schema := u.Query().Get("search_path")
	roles := store.Roles{Proxy: schema + "_proxy", Desk: schema + "_desk", Schema: schema}
	grants, err := store.Grants(roles)
	check(t, err)
	check(t, store.OnWriter(t.Context(), owner, grants))
	made := func(name string) member {
		m := member{t, owner, name, ""}
		u.User = url.UserPassword(name, "first")
		m.address = u.String()
		m.alter(`PASSWORD 'first'`)
		t.Cleanup(func() {
			check(t, store.OnWriter(context.WithoutCancel(t.Context()), owner, `DROP OWNED BY `+name+`; DROP ROLE `+name))
		})
		return m
	}
	return made(roles.Desk), made(roles.Proxy)
}

func (m member) alter(how string) {
	m.t.Helper()
	check(m.t, store.OnWriter(m.t.Context(), m.owner, `ALTER ROLE `+m.name+` `+how))
}

// leave ends the connections of the user, as a server does that goes.
func (m member) leave() {
	m.t.Helper()
	check(m.t, store.OnWriter(m.t.Context(), m.owner, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '`+m.name+`'`))
}

// A server that may not be written to has a successor: connections to it are not kept.
func TestWhatWasReadOnlyIsWrittenAgain(t *testing.T) {
	shared(t, func(address string) {
		desk, proxy := members(t, address)
		proxy.alter(`SET default_transaction_read_only = on`)
		sender, err := store.OpenSender(proxy.address)
		check(t, err)
		defer sender.Close()
		all := packed(t, "one", caught("a", 2))
		if err := sender.Deliver(t.Context(), all); err == nil || !store.Hindered(err) {
			t.Fatalf("a database that is read-only: %v", err)
		}
		proxy.alter(`RESET default_transaction_read_only`)
		if err := sender.Deliver(t.Context(), all); err != nil {
			t.Errorf("afterwards: %v", err)
		}

		desk.alter(`SET default_transaction_read_only = on`)
		s := storetest.Open(t, desk.address)
		if _, err := s.Take(t.Context(), "", asTheyAre); err == nil || !store.Hindered(err) {
			t.Fatalf("taking in a database that is read-only: %v", err)
		}
		desk.alter(`RESET default_transaction_read_only`)
		if sum := takeAll(t, s); sum.Stored != 2 {
			t.Errorf("taken: %+v", sum)
		}
	})
}

// The password is changed in the server and in the file of passwords while a proxy runs.
func TestAPasswordIsChangedWhileAProxyRuns(t *testing.T) {
	shared(t, func(address string) {
		_, proxy := members(t, address)
		u, err := url.Parse(proxy.address)
		check(t, err)
		u.User = url.User(proxy.name)
		file := filepath.Join(t.TempDir(), "pgpass")
		t.Setenv("PGPASSFILE", file)
		t.Setenv("PGPASSWORD", "")
		write := func(password string) {
			t.Helper()
			check(t, os.WriteFile(file, fmt.Appendf(nil, "*:*:*:%s:%s\n", proxy.name, password), 0o600))
		}
		write("first")
		sender, err := store.OpenSender(u.String())
		check(t, err)
		defer sender.Close()
		all := packed(t, "one", caught("a", 3))
		check(t, sender.Deliver(t.Context(), all[:1]))
		proxy.alter(`PASSWORD 'second'`)
		proxy.leave()
		err = errors.Join(sender.Deliver(t.Context(), all[1:2]), sender.Deliver(t.Context(), all[1:2]))
		if !store.Hindered(err) || !strings.Contains(store.Hint(err), "PGPASSFILE") {
			t.Errorf("with the password of before: %v, hint %q", err, store.Hint(err))
		}
		write("second")
		check(t, sender.Deliver(t.Context(), all[1:]))
		if n := number(t, proxy.owner, `SELECT count(*) FROM deliveries`); n != 3 {
			t.Errorf("%d deliveries came", n)
		}
	})
}

// Limits that a user has for what people ask do not keep batches from being stored.
func TestLimitsOfAUserAreNotThoseOfBatches(t *testing.T) {
	shared(t, func(address string) {
		desk, _ := members(t, address)
		desk.alter(`SET statement_timeout = '1ms'`)
		desk.alter(`SET lock_timeout = '1ms'`)
		s := storetest.Open(t, desk.address)
		check(t, desk.owner.Deliver(t.Context(), packed(t, "one", caught("a", 60))))
		if sum := takeAll(t, s); sum.Stored != 60 {
			t.Errorf("taken: %+v", sum)
		}
	})
}

// A user who may have no more connections is told so.
func TestTooManyConnectionsAreToldOf(t *testing.T) {
	shared(t, func(address string) {
		desk, proxy := members(t, address)
		desk.alter(`CONNECTION LIMIT 0`)
		proxy.alter(`CONNECTION LIMIT 0`)
		_, err := store.Open(t.Context(), desk.address)
		if !store.Hindered(err) || !strings.Contains(store.Hint(err), "max_connections") {
			t.Errorf("a desk: %v, hint %q", err, store.Hint(err))
		}
		sender, err := store.OpenSender(proxy.address)
		check(t, err)
		defer sender.Close()
		all := packed(t, "one", caught("a", 1))
		if err := sender.Deliver(t.Context(), all); !store.Hindered(err) {
			t.Errorf("a proxy: %v", err)
		}
		proxy.alter(`CONNECTION LIMIT 1`)
		check(t, sender.Deliver(t.Context(), all))
	})
}

// Retention drops months while people page through them: nobody sees an error, or a
// failure twice.
func TestMonthsAreDroppedWhileSomebodyPages(t *testing.T) {
	shared(t, func(address string) {
		s := storetest.Open(t, address)
		var b capture.Batch
		for i := range 360 {
			at := noon.AddDate(0, 0, i-360)
			b.Failures = append(b.Failures, storetest.Failure(ulid.MustNew(ulid.Timestamp(at), strings.NewReader(fmt.Sprintf("failure%03d", i))).String(), at))
		}
		add(t, s, b)
		index(t, s)
		filters := []string{"", "status>=400", "acao", "kind:http_status host:api.bank.example:8443"}
		var readers sync.WaitGroup
		errs, done := make([]error, len(filters)), make(chan struct{})
		for i, text := range filters {
			reader, asked := storetest.Open(t, address), only(t, text)
			readers.Go(func() {
				for errs[i] == nil {
					select {
					case <-done:
						return
					default:
						errs[i] = through(t.Context(), reader, asked)
					}
				}
			})
		}
		var err error
		for months := 11; months >= 1 && err == nil; months-- {
			_, err = s.Prune(t.Context(), store.Limits{Before: noon.AddDate(0, -months, 0)}, false, nil)
		}
		close(done)
		readers.Wait()
		check(t, errors.Join(err, errors.Join(errs...)))
		if left := len(listed(t, s, "", 1000)); left < 30 || left > 31 {
			t.Errorf("%d failures are left", left)
		}
	})
}

// through goes through all pages of a list, and reads what it finds.
func through(ctx context.Context, s *store.Store, f *filter.Filter) error {
	seen := map[string]bool{}
	for after := ""; ; {
		page, next, err := s.Failures(ctx, store.Page{Limit: 20, Filter: f, After: after})
		if err != nil {
			return fmt.Errorf("list: %w", err)
		}
		for _, one := range page {
			if seen[one.ID] {
				return fmt.Errorf("%s comes twice", one.ID)
			}
			seen[one.ID] = true
			if _, err := s.Failure(ctx, one.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("read %s: %w", one.ID, err)
			}
		}
		if after = next; next == "" {
			return nil
		}
	}
}

// Clocks of proxies are off by a month, by years, or were never set.
func TestClocksThatAreOff(t *testing.T) {
	shared(t, func(address string) {
		s := storetest.Open(t, address)
		times := []time.Time{
			time.Unix(0, 0), time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(1999, 12, 31, 23, 59, 59, 999_999_000, time.UTC), time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
			noon.AddDate(0, -1, 0), noon, noon.AddDate(0, 1, 0), noon.AddDate(9, 0, 0), time.Date(2099, 12, 31, 23, 59, 59, 999_999_000, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
		}
		var want []string
		for i, at := range times {
			id := fmt.Sprintf("f%02d", i)
			f := storetest.Failure(id, at)
			f.Exchange.Start = at
			b := capture.Batch{Failures: []*capture.Failure{f}, Traffic: []capture.Minute{{Start: at.Truncate(time.Minute), Host: f.Host, Endpoint: f.Endpoint, Calls: 1, Failures: 1, LastGood: at}}}
			check(t, s.Deliver(t.Context(), packed(t, id, []capture.Batch{b})))
			if i != 1 {
				want = append([]string{id}, want...)
			}
		}
		// That of before 1970 is the oldest.
		want = append(want, "f01")
		if sum := takeAll(t, s); sum.Stored != len(times) || sum.Refused != 0 {
			t.Errorf("taken: %+v", sum)
		}
		if diff := cmp.Diff(want, listed(t, s, "", 50)); diff != "" {
			t.Errorf("listed (-want +got):\n%s", diff)
		}
		for i, at := range times {
			f, err := s.Failure(t.Context(), fmt.Sprintf("f%02d", i))
			check(t, err)
			if !f.Time.Equal(at.Truncate(time.Microsecond)) {
				t.Errorf("the time of %s is %v", f.ID, f.Time)
			}
		}
		_, err := s.Prune(t.Context(), store.Limits{Before: noon}, false, nil)
		check(t, err)
		if diff := cmp.Diff(want[:6], listed(t, s, "", 50)); diff != "" {
			t.Errorf("after retention (-want +got):\n%s", diff)
		}
		problems, _, err := s.Check(t.Context())
		check(t, err)
		if len(problems) > 0 {
			t.Errorf("%v", problems)
		}
	})
}
