package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// memories measures long answers and held tunnels.
func (s *setup) memories(tb testing.TB) {
	const tunnels = 500
	fmt.Print("\n| proxy | idle MiB | + MiB, 1 GiB answer | + MiB, 1 GiB failing | KiB a held tunnel |\n| --- | --- | --- | --- | --- |\n")
	for _, kind := range kinds()[1:] {
		p := start(tb, kind, s.dir)
		idle := p.memory(tb, "VmRSS")
		s.warm(tb, p)
		warm := p.memory(tb, "VmHWM")
		s.stream(tb, p, stream(200), streamSize)
		whole := p.memory(tb, "VmHWM")
		s.stream(tb, p, stream(500), streamSize)
		failing := p.memory(tb, "VmHWM")
		p.stop(tb)
		p = start(tb, kind, s.dir)
		before := p.memory(tb, "VmRSS")
		held := s.hold(tb, p, tunnels)
		after := p.memory(tb, "VmRSS")
		for _, c := range held {
			c.Close()
		}
		p.stop(tb)
		fmt.Printf("| %s | %.1f | %.1f | %.1f | %.1f |\n", kind, idle/1024, (whole-warm)/1024, (failing-whole)/1024, (after-before)/tunnels)
	}
}

// warm has everything done once that is done for a call and for a failing one, so that what
// is measured afterwards is not the first use of something.
func (s *setup) warm(tb testing.TB, p *process) {
	tb.Helper()
	for _, status := range []int{200, 500} {
		s.stream(tb, p, path(1<<10, status), 1<<10)
	}
	p.drain(tb)
}

// stream fetches an answer of so many bytes.
func (s *setup) stream(tb testing.TB, p *process, target string, size int64) {
	tb.Helper()
	c, err := s.app(p).open(s.target)
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close()
	if got, err := c.call(request(s.target, target)); err != nil || got != size {
		tb.Errorf("an answer of %d bytes, wanted %d: %v", got, size, err)
	}
}

// hold opens tunnels, each of which has had one exchange.
func (s *setup) hold(tb testing.TB, p *process, n int) (held []*client) {
	tb.Helper()
	for range n {
		c, err := s.app(p).open(s.target)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := c.call(request(s.target, path(1<<10, 200))); err != nil {
			tb.Fatal(err)
		}
		held = append(held, c)
	}
	return held
}

// starts measures what is slow once: a new host, and the start of the program.
func (s *setup) starts(tb testing.TB) {
	const hosts = 20
	fmt.Print("\n| proxy | new host ms | known host ms |\n| --- | --- | --- |\n")
	var targets []string
	for n := range hosts {
		targets = append(targets, s.vendor.listen(tb, fmt.Sprintf("127.0.1.%d", n+1)))
	}
	for _, kind := range kinds() {
		var p *process
		if kind != "direct" {
			p = start(tb, kind, s.dir)
		}
		fmt.Printf("| %s | %.2f | %.2f |\n", kind, s.handshakes(tb, p, targets), s.handshakes(tb, p, targets))
		if p != nil {
			p.stop(tb)
		}
	}
	took, idle := s.program(tb)
	fmt.Printf("\nThe program: %.0f ms from its start to the first answer of a vendor, %.1f MiB while it is idle.\n", took, idle)
}

// handshakes returns the median time to open a connection, in milliseconds.
func (s *setup) handshakes(tb testing.TB, p *process, targets []string) float64 {
	tb.Helper()
	var all []time.Duration
	for _, target := range targets {
		start := time.Now()
		c, err := s.app(p).open(target)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, time.Since(start))
		c.Close()
	}
	slices.Sort(all)
	return micros(all[len(all)/2]) / 1000
}

// manyStarts is how often the program is started: from one time to the next it takes up to half as long again.
const manyStarts = 31

// program returns how long the built program takes from its start to an answer
// of a vendor, in milliseconds, with a data folder that it knows, and how much memory it
// has in MiB (VmRSS) when it has nothing to do.
func (s *setup) program(tb testing.TB) (took, idle float64) {
	tb.Helper()
	binary := filepath.Join(s.dir, "flagrante")
	if out, err := exec.Command("go", "build", "-o", binary, "flagrante/cmd/flagrante").CombinedOutput(); err != nil {
		tb.Fatalf("%s: %v", out, err)
	}
	var all []time.Duration
	for range manyStarts {
		took, _ := s.once(tb, binary, 0)
		all = append(all, took)
	}
	slices.Sort(all)
	_, idle = s.once(tb, binary, settled)
	return micros(all[len(all)/2]) / 1000, idle
}

// settled is when a program that was started has given back what only the start needed.
const settled = 3 * time.Second

// once starts the program, and returns how long it took to the first answer, and its
// memory when it has been left alone for a while after that.
func (s *setup) once(tb testing.TB, binary string, alone time.Duration) (took time.Duration, mib float64) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), binary, "--data", s.dir, "serve", "--proxy", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--upstream-ca", filepath.Join(s.dir, "ca", "ca.pem"), "--log-level", "error")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	line := make([]byte, 256)
	n, err := out.Read(line)
	if err != nil {
		tb.Fatal(err)
	}
	p := &process{cmd: cmd, addr: strings.TrimPrefix(strings.Fields(string(line[:n]))[1], "http://")}
	s.stream(tb, p, path(1<<10, 200), 1<<10)
	took = time.Since(begun)
	due(tb.Context(), time.Now().Add(alone))
	mib = p.memory(tb, "VmRSS") / 1024
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		tb.Error(err)
	}
	cmd.Wait()
	return took, mib
}
