package drafttest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zone must be there on any machine

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	. "flagrante/draft/drafttest"
)

// Calls that recordings are made of.
var (
	pix     = Call{Path: "/v1/pix", Body: `{"valor":"%d.00","chave":"loja"}`, Status: 201, Answer: `{"id":"px%d","status":"criado"}`}
	boletos = Call{Path: "/v1/boletos", Body: `{"valor":"%d.00"}`, Status: 201, Answer: `{"id":"bl%d"}`}
	saldo   = Call{Path: "/v1/saldo?conta=%d", Status: 200, Answer: `{"saldo":"%d.10"}`}
	ted     = Call{Path: "/v1/ted", Body: `{"valor":"%d.00"}`, Status: 201, Answer: `{"id":"td%d"}`}
	token   = Call{Path: "/oauth/token", Body: `{"grant_type":"client_credentials","client_id":"loja","client_secret":"x%d"}`, Status: 200, Answer: `{"access_token":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsb2phIn0.c2lnbmF0dX%d","expires_in":300}`, Bare: true}
)

// but returns the call with another answer.
func but(c Call, status int, answer string, fields ...string) Call {
	c.Status, c.Answer, c.Answered = status, answer, fields
	return c
}

// lost returns the call without an answer.
func lost(c Call, err string, took time.Duration) Call {
	c.Status, c.Answer, c.Err, c.Took = 0, "", err, took
	return c
}

func taking(c Call, took time.Duration) Call {
	c.Took = took
	return c
}

func down(c Call) Call {
	return but(c, 503, `{"title":"Serviço indisponível","status":503}`)
}

// labelled is a recording, with what its drafts should say: severity and side of each,
// each once.
type labelled struct {
	name string
	// host is "api" for production, "sandbox" for staging.
	host string
	want string
	tape func(*Tape)
}

func TestSeverityOfHostileRecordings(t *testing.T) {
	all := append(recordings(), plainRecordings()...)
	var files [][]byte
	host := func(i int) string { return fmt.Sprintf("%s.banco%d.com.br", all[i].host, i) }
	for i, r := range all {
		tape := New(host(i))
		r.tape(tape)
		files = append(files, tape.HAR(t))
	}
	drafts := map[string][]draft.Draft{}
	for _, d := range All(t, Drafts(t, Import(t, files...), Settings(t, draft.Portuguese))) {
		drafts[d.Evidence.Group.Host] = append(drafts[d.Evidence.Group.Host], d)
	}
	for i, r := range all {
		t.Run(r.name, func(t *testing.T) {
			var said []string
			for _, d := range drafts[host(i)] {
				said = append(said, string(d.Severity.Value)+" "+string(d.Side.Value))
			}
			slices.Sort(said)
			if diff := cmp.Diff(r.want, strings.Join(slices.Compact(said), ", ")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
				for _, d := range drafts[host(i)] {
					t.Logf("%s %s: %v", d.Severity.Value, d.Title, d.Severity.Reasons)
				}
			}
		})
	}
}
