package progress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/progress"
)

func TestBar(t *testing.T) {
	tests := map[string]struct {
		options progress.Options
		// step is the time between two steps of 50.
		step time.Duration
		want string
	}{
		"a terminal":     {progress.Options{Terminal: true, Name: "prune", Total: 100}, time.Second, "\r\x1b[Kprune: 50% of 100 [##########..........], 1s left\r\x1b[Kprune: 100% of 100 [####################], 0s left\r\x1b[K"},
		"lines":          {progress.Options{Name: "backup", Total: 100}, 20 * time.Second, "backup: 50% of 100, 20s left\nbackup: 100% of 100, 0s left\n"},
		"bytes":          {progress.Options{Name: "import -", Unit: progress.Bytes}, 20 * time.Second, "import -: 0 MiB\nimport -: 0 MiB\n"},
		"over at once":   {progress.Options{Terminal: true, Name: "prune", Total: 100}, time.Millisecond, ""},
		"more than said": {progress.Options{Name: "prune", Total: 60}, 20 * time.Second, "prune: 83% of 60, 4s left\nprune: 100% of 60, 0s left\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			now := time.Unix(0, 0)
			test.options.Out, test.options.Now = &out, func() time.Time { return now }
			bar := progress.Start(test.options)
			for range 2 {
				now = now.Add(test.step)
				bar.Add(50)
			}
			bar.Close()
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What says how much is done in all counts nothing twice.
func TestBarThatIsSet(t *testing.T) {
	var out strings.Builder
	now := time.Unix(0, 0)
	bar := progress.Start(progress.Options{Out: &out, Now: func() time.Time { return now }, Name: "backup"})
	bar.SetTotal(100)
	for _, done := range []int64{25, 50} {
		now = now.Add(20 * time.Second)
		bar.Set(done)
	}
	if diff := cmp.Diff("backup: 25% of 100, 1m0s left\nbackup: 50% of 100, 40s left\n", out.String()); diff != "" {
		t.Error(diff)
	}
}
