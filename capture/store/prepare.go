package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"

	"flagrante/capture"
	"flagrante/capture/background"
)

// prepared is a failure as it is written. What costs the processor most, packing and
// encoding, is done before the file is asked for anything, or beside it.
type prepared struct {
	failure *capture.Failure
	// sent and answered are the bodies.
	sent, answered content
	// values are the columns of failures, head and before those of exchanges.
	values []driver.Value
	head   string
	before stored
	err    error
	// taken says that somebody makes it, and made ends when it is there.
	taken atomic.Bool
	made  sync.WaitGroup
}

// stored is data as it is in the file.
type stored struct {
	data   []byte
	packed bool
}

// content is a body.
type content struct {
	plain []byte
	stored
	// shared says that it came before; it is a row of its own then, found by digest.
	shared bool
	digest digest
}

// errEnded is the error of a row that nobody made, since its batch was over.
var errEnded = errors.New("the batch has ended")

// helpFrom is how many failures are worth the work of a second thread.
const helpFrom = 16

// rows are the failures of a batch on their way into one file.
type rows struct {
	db  *database
	all []prepared
}

// helper makes rows beside whoever appends, as long as the store is open.
type helper struct {
	task   *background.Task
	packer *packer
	work   chan *rows
}

func newHelper(behind bool) (*helper, error) {
	packer, err := newPacker()
	if err != nil {
		return nil, err
	}
	h := &helper{packer: packer, work: make(chan *rows, 1)}
	h.task = background.Start(func(ctx context.Context) { h.run(ctx, behind) })
	return h, nil
}

func (h *helper) run(ctx context.Context, behind bool) {
	if behind {
		background.StepBack()
	}
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-h.work:
			// The caller begins at the beginning. So they meet once, and the caller waits
			// for no other row of this thread, which may lack a processor.
			for i := len(r.all) - 1; i > 0; i-- {
				r.all[i].make(h.packer, r.db.seen)
			}
		}
	}
}

// help has rows made, unless there is other work already.
func (h *helper) help(r *rows) {
	select {
	case h.work <- r:
	default:
	}
}

// close returns when nothing is made any more.
func (h *helper) close() error {
	h.task.Close()
	return h.packer.close()
}

// prepare begins to make rows of failures. The caller makes those itself that it needs
// and that are not there yet, while the helper makes those that come later.
func (s *Store) prepare(db *database, failures []*capture.Failure) *rows {
	r := &rows{db: db, all: make([]prepared, len(failures))}
	for i, f := range failures {
		p := &r.all[i]
		p.failure = f
		p.made.Add(1)
		p.sent.plain = f.Exchange.Request.Body.Data
		if answer := f.Exchange.Response; answer != nil {
			p.answered.plain = answer.Body.Data
		}
		p.sent.shared, p.answered.shared = db.seen.again(p.sent.plain), db.seen.again(p.answered.plain)
	}
	if len(r.all) >= helpFrom {
		s.helper.help(r)
	}
	return r
}

// end has nobody work at the rows any more.
func (r *rows) end() {
	for i := range r.all {
		p := &r.all[i]
		if p.taken.CompareAndSwap(false, true) {
			p.err = errEnded
			p.made.Done()
		}
		p.made.Wait()
	}
}

// wait returns when the row is made.
func (p *prepared) wait(packer *packer, seen *seen) error {
	p.make(packer, seen)
	p.made.Wait()
	return p.err
}

// make makes the row unless another does.
func (p *prepared) make(packer *packer, seen *seen) {
	if !p.taken.CompareAndSwap(false, true) {
		return
	}
	defer p.made.Done()
	f := p.failure
	p.values, p.head = values(f), headText(&f.Exchange)
	for _, c := range []*content{&p.sent, &p.answered} {
		if c.shared {
			c.digest = seen.digest(c.plain)
		}
		if !c.shared || !seen.stored(c.digest) {
			c.stored = packer.pack(c.plain)
		}
	}
	if len(f.Before) == 0 {
		p.before = packer.pack(nil)
		return
	}
	data, err := json.Marshal(f.Before)
	p.before, p.err = packer.pack(data), err
}
