package app

import (
	"testing"

	"flagrante/capture/record"
)

func TestMemoryLimitGoesWithWhatIsLive(t *testing.T) {
	const queue = record.QueueBytes
	for live, want := range map[int64]int64{0: queue * 3 / 2, queue: queue * 3 / 2, 8 * queue: 9 * queue} {
		if got := memoryLimit(live); got != want {
			t.Errorf("with %d bytes live the limit is %d, want %d", live, got, want)
		}
	}
	if live := liveMemory(); live < 1<<10 || live > 1<<33 {
		t.Errorf("%d bytes are live", live)
	}
}

func TestALimitThatTheUserSetHolds(t *testing.T) {
	task := limitMemory(func(name string) (string, bool) { return "1GiB", name == "GOMEMLIMIT" })
	if task != nil {
		task.Close()
		t.Error("the limit is set all the same")
	}
}
