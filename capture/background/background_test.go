package background_test

import (
	"context"
	"testing"
	"time"

	"flagrante/capture/background"
)

func TestATaskIsOverWhenCloseReturns(t *testing.T) {
	over := false
	task := background.Start(func(ctx context.Context) {
		<-ctx.Done()
		over = true
	})
	task.Close()
	if !over {
		t.Error("Close returned before the work did")
	}
	task.Close()
	(*background.Task)(nil).Close()
}

func TestRestTellsWhetherTheWorkGoesOn(t *testing.T) {
	if !background.Rest(t.Context(), time.Nanosecond) {
		t.Error("a rest that is over ends the work")
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if background.Rest(ended, time.Hour) {
		t.Error("the work goes on after its end")
	}
}
