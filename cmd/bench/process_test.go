package bench_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// process is a proxy in a process of its own.
type process struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Reader
	addr  string
}

func start(tb testing.TB, kind, dir string) *process {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), self)
	cmd.Env = append(os.Environ(), childEnv+"="+kind, dirEnv+"="+dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	p := &process{cmd: cmd, stdin: in, out: bufio.NewReader(out)}
	line, err := p.out.ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	p.addr = strings.TrimSpace(line)
	return p
}

// stored returns how many failures the proxy has stored since its start.
func (p *process) stored(tb testing.TB) int64 { return p.ask(tb, askStored) }

// drain waits until the proxy has stored what has passed it.
func (p *process) drain(tb testing.TB) (stored int64) { return p.ask(tb, askDrain) }

func (p *process) ask(tb testing.TB, question string) (stored int64) {
	tb.Helper()
	if _, err := io.WriteString(p.stdin, question+"\n"); err != nil {
		tb.Fatal(err)
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	if stored, err = strconv.ParseInt(strings.TrimSpace(line), 10, 64); err != nil {
		tb.Fatal(err)
	}
	return stored
}

// stop ends the proxy and returns what it has counted.
func (p *process) stop(tb testing.TB) (n counts) {
	tb.Helper()
	p.stdin.Close()
	if err := json.NewDecoder(p.out).Decode(&n); err != nil {
		tb.Error(err)
	}
	if err := p.cmd.Wait(); err != nil {
		tb.Error(err)
	}
	return n
}

func (p *process) file(name string) string {
	return "/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/" + name
}

// cpu is the processor time of the process so far, in the kernel and out of it, in
// nanoseconds and with that of threads that have ended: its clock, as
// clock_getcpuclockid(3) names it.
func (p *process) cpu(tb testing.TB) time.Duration {
	tb.Helper()
	const scheduled = 2
	var spent unix.Timespec
	if err := unix.ClockGettime(^int32(p.cmd.Process.Pid)<<3|scheduled, &spent); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(spent.Nano())
}

// memory is a line of /proc/PID/status in KiB: VmRSS, or VmHWM for its peak.
func (p *process) memory(tb testing.TB, name string) float64 {
	tb.Helper()
	text, err := os.ReadFile(p.file("status"))
	if err != nil {
		tb.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), name+":")
	n, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}
