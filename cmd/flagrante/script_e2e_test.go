//go:build e2e

package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"flagrante/draft/export/portaltest"
)

// TestEndToEnd runs the stories with real clients, a real browser, and a real
// Request Tracker, which they share.
func TestEndToEnd(t *testing.T) {
	tracker := tracker{portaltest.StartRT(t)}
	all := commands()
	maps.Copy(all, map[string]command{"ticket": tracker.ticketCmd, "grown": grownCmd, "review": reviewCmd, "maskby": maskbyCmd, "selftest": selftestCmd})
	testscript.Run(t, testscript.Params{Dir: "../../testdata/script-e2e", Cmds: all, RequireUniqueNames: true, Setup: func(env *testscript.Env) error {
		env.Setenv("RT", tracker.URL)
		env.Setenv("RT_TOKEN_FILE", tracker.TokenFile)
		return setUp(env)
	}})
}

// tracker is a real Request Tracker 5.
type tracker struct{ portaltest.RT }

// ticketCmd reads a ticket as an agent of the portal, into one flat row, with a member
// for each file and the last thing that was written in it:
//
//	ticket ID FILE
func (rt tracker) ticketCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	var ticket struct {
		Subject      string
		Status       string
		Queue        struct{ Name string }
		CustomFields []struct {
			Name   string
			Values []string
		}
	}
	ts.Check(rt.get("/REST/2.0/ticket/"+args[0]+"?fields[Queue]=Name", &ticket))
	var parts struct {
		Items []struct{ Content, Filename string }
	}
	ts.Check(rt.get("/REST/2.0/ticket/"+args[0]+"/attachments?fields=Content,Filename&per_page=100", &parts))
	flat := row{"Subject": ticket.Subject, "Queue": ticket.Queue.Name, "Status": ticket.Status}
	for i, part := range parts.Items {
		switch {
		case i == 0:
			flat["Content"] = part.Content
		case part.Filename != "":
			flat[part.Filename] = part.Content
		case part.Content != "":
			flat["Last"] = part.Content
		}
	}
	for _, field := range ticket.CustomFields {
		flat[field.Name] = strings.Join(field.Values, "|")
	}
	data, err := json.Marshal(flat)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o600))
}

func (rt tracker) get(path string, v any) error {
	token, err := os.ReadFile(rt.TokenFile)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodGet, rt.URL+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "token "+string(bytes.TrimSpace(token)))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s: %s (%w)", path, answer.Status, data, err)
	}
	return json.Unmarshal(data, v)
}

// grownCmd bounds how far the largest resident size of a flagrante that serves
// has grown since it was asked for the last time:
//
//	grown MEBIBYTES
func grownCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	most, err := strconv.Atoi(args[0])
	ts.Check(err)
	peak, err := peakOf(ts.Getenv("PID"))
	ts.Check(err)
	before, _ := strconv.Atoi(ts.Getenv("PEAK"))
	ts.Setenv("PEAK", strconv.Itoa(peak))
	ts.Logf("from %d to %d KiB", before, peak)
	if peak-before > most<<10 {
		ts.Fatalf("grown by %d KiB", peak-before)
	}
}

// peakOf returns the largest resident size of a process in KiB, by proc(5).
func peakOf(pid string) (int, error) {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if size, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strconv.Atoi(strings.Fields(size)[0])
		}
	}
	return 0, fmt.Errorf("/proc/%s/status has no VmHWM", pid)
}
