package delivery

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/background"
)

// Journal keeps deliveries on this machine until they were sent.
type Journal interface {
	// Next returns those that were put in first, in their order; none when there are none.
	Next(ctx context.Context) ([]Delivery, error)
	// Sent takes those away that Next returned.
	Sent(ctx context.Context, sent []Delivery) error
	// Filled tells that something was put in since it was last asked.
	Filled() <-chan struct{}
}

// Sender takes deliveries to the team's store. It returns nil when they are there for
// good, whether by this call or an earlier one.
type Sender interface {
	Deliver(ctx context.Context, all []Delivery) error
}

const (
	// firstPause is how long a Shipper waits before it tries again, twice as long each
	// time up to maxPause.
	firstPause = 200 * time.Millisecond
	maxPause   = 15 * time.Second
	// sendPatience is how long the team's store may take.
	sendPatience = 30 * time.Second
)

// Shipper sends what is in a journal, in its order, on a goroutine of its own. While
// the team's store is away it tries again and again.
type Shipper struct {
	task    *background.Task
	journal Journal
	sender  Sender
	log     zerolog.Logger

	mu   sync.Mutex
	sent int64
	away error
}

// Ship starts a Shipper that runs until Close.
func Ship(j Journal, to Sender, log zerolog.Logger) *Shipper {
	s := &Shipper{journal: j, sender: to, log: log}
	s.task = background.Start(s.run)
	return s
}

// Sent is how many deliveries were sent since the start.
func (s *Shipper) Sent() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// Away returns why nothing can be sent at the moment, nil when it can.
func (s *Shipper) Away() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.away
}

// Drain returns when all is sent that is in the journal, or ctx ends.
func (s *Shipper) Drain(ctx context.Context) error {
	for {
		left, err := s.once(ctx)
		if err != nil || !left {
			return err
		}
	}
}

// Close ends the sending; what is left in the journal is sent after the next start.
func (s *Shipper) Close() { s.task.Close() }

func (s *Shipper) run(ctx context.Context) {
	pause := firstPause
	for {
		left, err := s.once(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			background.Rest(ctx, pause)
			pause = min(2*pause, maxPause)
		case left:
			pause = firstPause
		default:
			pause = firstPause
			select {
			case <-ctx.Done():
			case <-s.journal.Filled():
			}
		}
	}
}

// once sends some deliveries, and reports whether there may be more.
func (s *Shipper) once(ctx context.Context) (left bool, err error) {
	next, err := s.journal.Next(ctx)
	if err == nil && len(next) > 0 {
		err = s.send(ctx, next)
	}
	if ctx.Err() == nil {
		s.note(err, len(next))
	}
	return len(next) > 0, err
}

func (s *Shipper) send(ctx context.Context, all []Delivery) error {
	patient, cancel := context.WithTimeout(ctx, sendPatience)
	defer cancel()
	if err := s.sender.Deliver(patient, all); err != nil {
		return err
	}
	return s.journal.Sent(ctx, all)
}

// note remembers how it went, and logs when that changes.
func (s *Shipper) note(err error, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		s.sent += int64(n)
		if s.away != nil {
			s.log.Warn().Msg("the team's store takes deliveries again")
		}
	case s.away == nil:
		s.log.Error().Err(err).Msg("the team's store takes no deliveries: they are kept in the journal of the data folder, and sent when it does; the traffic goes on")
	}
	s.away = err
}
