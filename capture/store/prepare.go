package store

import (
	"database/sql/driver"
	"encoding/json"
	"sync/atomic"

	"flagrante/capture"
	"flagrante/capture/nice"
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
	// taken says that somebody makes it, and made is closed when it is there.
	taken atomic.Bool
	made  chan struct{}
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

// helpFrom is how many failures are worth the work of a second thread.
const helpFrom = 16

// rows are the failures of a batch on their way into one file.
type rows struct {
	db  *database
	all []*prepared
	// helped is closed when nobody else works at them any more.
	helped chan struct{}
}

// prepare begins to make rows of failures. The caller makes those itself that it needs
// and that are not there yet, while a thread that steps back behind the traffic makes
// those that come later.
func (s *Store) prepare(db *database, failures []*capture.Failure) *rows {
	r := &rows{db: db, all: make([]*prepared, len(failures)), helped: make(chan struct{})}
	for i, f := range failures {
		p := &prepared{failure: f, made: make(chan struct{})}
		p.sent.plain = f.Exchange.Request.Body.Data
		if answer := f.Exchange.Response; answer != nil {
			p.answered.plain = answer.Body.Data
		}
		p.sent.shared, p.answered.shared = db.seen.again(p.sent.plain), db.seen.again(p.answered.plain)
		r.all[i] = p
	}
	if len(r.all) < helpFrom {
		close(r.helped)
		return r
	}
	go func() {
		defer close(r.helped)
		nice.Goroutine()
		// The caller begins at the beginning.
		for _, p := range r.all[1:] {
			p.make(s.packer, db.seen)
		}
	}()
	return r
}

// end has nobody work at the rows any more.
func (r *rows) end() {
	for _, p := range r.all {
		p.taken.Store(true)
	}
	<-r.helped
}

// wait returns when the row is made.
func (p *prepared) wait(packer *packer, seen *seen) error {
	p.make(packer, seen)
	<-p.made
	return p.err
}

// make makes the row unless another does.
func (p *prepared) make(packer *packer, seen *seen) {
	if !p.taken.CompareAndSwap(false, true) {
		return
	}
	defer close(p.made)
	f := p.failure
	p.values, p.head = values(f), asJSON(headOf(&f.Exchange))
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
