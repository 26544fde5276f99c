package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// process is a flagrante that serves.
type process struct {
	cmd *exec.Cmd
	// log is the file that it logs to.
	log   string
	diary *diary
	// said are the lines of the standard output, by their first word.
	said  map[string]string
	ready chan struct{}
	ended chan struct{}
	err   error
}

// serveCmd starts `flagrante serve` on free ports and waits until it is ready:
//
//	serve [-as NAME] [ARG…]
//
// It sets PROXY, DESK (without the login), DESK_ADDR, TOKEN, CA and PID. The log goes to
// serve.log, or to NAME.log.
func serveCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	name := "serve"
	if len(args) > 1 && args[0] == "-as" {
		name, args = args[1], args[2:]
	}
	p, err := start(ts, name, args)
	ts.Check(err)
	on(ts).served[name] = p
	select {
	case <-p.ready:
	case <-p.ended:
		ts.Fatalf("serve ended: %v: %s", p.err, ts.ReadFile(p.log))
	}
	desk, err := url.Parse(p.said["desk"])
	ts.Check(err)
	for key, value := range map[string]string{
		"PROXY": p.said["proxy"], "DESK": desk.Scheme + "://" + desk.Host, "TOKEN": desk.Query().Get("token"), "CA": p.said["ca"],
		"PID": strconv.Itoa(p.cmd.Process.Pid), "DESK_PORT": desk.Port(), "DESK_ADDR": desk.Host, "PROXY_ADDR": strings.TrimPrefix(p.said["proxy"], "http://"),
	} {
		if value == "" {
			ts.Fatalf("serve did not say %s: %v", key, p.said)
		}
		ts.Setenv(key, value)
	}
}

func start(ts *testscript.TestScript, name string, args []string) (*process, error) {
	path := filepath.Join(on(ts).dir, name+".log")
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p := &process{
		cmd: exec.Command("flagrante", append([]string{"serve", "--proxy", "127.0.0.1:0", "--desk", "127.0.0.1:0"}, args...)...),
		log: path, diary: newDiary(), said: map[string]string{}, ready: make(chan struct{}), ended: make(chan struct{}),
	}
	p.cmd.Dir, p.cmd.Env = ts.MkAbs("."), environment(ts)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	logged, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	var readers sync.WaitGroup
	readers.Go(func() { p.listen(out) })
	readers.Go(func() { p.diary.read(io.TeeReader(logged, log)) })
	go func() {
		defer close(p.ended)
		readers.Wait()
		p.err = errors.Join(p.cmd.Wait(), log.Close())
	}()
	return p, nil
}

// environment is what concerns flagrante of the script's, of which single variables can be had.
func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "GORACE", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "FLAGRANTE_DATA", "FLAGRANTE_CONFIG",
		"FLAGRANTE_UPSTREAM_CA", "FLAGRANTE_LANG", "FLAGRANTE_DESK_TOKEN", "FLAGRANTE_ORIGIN_COUNTRY", "FLAGRANTE_STORE",
		"PGPASSWORD", "RT_TOKEN", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy",
	} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// listen reads what serve says: it is ready when the third line is there.
func (p *process) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		p.said[word] = strings.TrimSpace(rest)
		if len(p.said) == 3 {
			close(p.ready)
		}
	}
}

// kill ends it by SIGKILL, which it may have forestalled.
func (p *process) kill() error {
	err := p.cmd.Process.Kill()
	<-p.ended
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// haltCmd ends a flagrante in good order: `halt [NAME]`.
func haltCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	p := take(ts, args)
	ts.Check(p.cmd.Process.Signal(syscall.SIGTERM))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	select {
	case <-p.ended:
		if p.err != nil {
			ts.Fatalf("it ended with %v; its log:\n%s", p.err, ts.ReadFile(p.log))
		}
	case <-ctx.Done():
		ts.Fatalf("it does not stop: %v", p.kill())
	}
}

// reloadCmd has a flagrante read its configuration again, and waits for a line of the
// log that says what came of it: `reload TEXT`.
func reloadCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	p := on(ts).served["serve"]
	from := p.diary.marks(args[0])
	ts.Check(p.cmd.Process.Signal(syscall.SIGHUP))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ts.Check(p.diary.waitMark(ctx, args[0], from+1))
}

// loggedCmd waits for a line of the log that holds a text: `logged TEXT`.
func loggedCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ts.Check(on(ts).served["serve"].diary.waitMark(ctx, args[0], 1))
}

// kill9Cmd ends a flagrante by SIGKILL: `kill9 [NAME]`.
func kill9Cmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	p := take(ts, args)
	ts.Check(p.kill())
	if state := p.cmd.ProcessState; state.Success() || state.Exited() {
		ts.Fatalf("it had ended before: %v", state)
	}
}

// take returns the flagrante of that name, which the caller ends.
func take(ts *testscript.TestScript, args []string) *process {
	name := strings.Join(append(args, "serve")[:1], "")
	p := on(ts).served[name]
	if p == nil {
		ts.Fatalf("there is no %s", name)
	}
	delete(on(ts).served, name)
	return p
}

// caughtCmd waits until flagrante has said of so many failures that they are
// stored:
//
//	caught [-by NAME] [-to FILE] COUNT
//
// FILE gets their IDs, in the form of `flagrante failures --json`.
func caughtCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	f := flag.NewFlagSet("caught", flag.ContinueOnError)
	by, to := f.String("by", "serve", ""), f.String("to", "", "")
	count, err := strconv.Atoi(parseFlags(ts, f, args, 1)[0])
	ts.Check(err)
	p := on(ts).served[*by]
	if p == nil {
		ts.Fatalf("there is no %s", *by)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ids, err := p.diary.wait(ctx, count)
	ts.Check(err)
	if *to != "" {
		data, err := json.Marshal(ids)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(*to), data, 0o600))
	}
}

// diary knows the failures of which the log says that they are stored.
type diary struct {
	mu    sync.Mutex
	ids   []map[string]string
	lines []string
	// more is closed, and made anew, at every entry.
	more chan struct{}
}

func newDiary() *diary { return &diary{more: make(chan struct{})} }

func (d *diary) read(log io.Reader) {
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		var line struct{ Message, ID string }
		failure := json.Unmarshal(lines.Bytes(), &line) == nil && line.Message == "failure"
		d.add(line.ID, failure, lines.Text())
	}
}

func (d *diary) add(id string, failure bool, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if failure {
		d.ids = append(d.ids, map[string]string{"id": id})
	} else {
		d.lines = append(d.lines, text)
	}
	close(d.more)
	d.more = make(chan struct{})
}

// wait returns what is there as soon as it is enough.
func (d *diary) wait(ctx context.Context, count int) ([]map[string]string, error) {
	for {
		d.mu.Lock()
		ids, more := d.ids, d.more
		d.mu.Unlock()
		if len(ids) >= count {
			return ids, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, fmt.Errorf("%d failures are stored, not %d", len(ids), count)
		}
	}
}

// marks counts the lines that hold a text.
func (d *diary) marks(text string) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, line := range d.lines {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

// waitMark returns when so many lines hold a text.
func (d *diary) waitMark(ctx context.Context, text string, count int) error {
	for {
		d.mu.Lock()
		more := d.more
		d.mu.Unlock()
		if d.marks(text) >= count {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return fmt.Errorf("the log does not say %q", text)
		}
	}
}
