package proxy

import (
	"math/bits"
	"sync"
)

// Rooms for bodies have capacities that are powers of two.
const (
	smallestRoom = 8
	largestRoom  = 20
)

// Pool lends the memory of exchanges out again, so that calls leave little garbage
// behind: what a proxy copies of its traffic is used for a moment, and is most of what
// it allocates. A nil Pool makes all anew. The zero Pool is ready for use, by many
// goroutines.
type Pool struct {
	exchanges sync.Pool
	rooms     [largestRoom + 1]sync.Pool
	// boxes are empty rooms: what is put into a sync.Pool is a pointer.
	boxes sync.Pool
}

type room struct{ data []byte }

// Exchange returns an empty exchange. Its Response is empty too, and not nil; both lists
// of header fields are empty and may have room.
func (p *Pool) Exchange() *Exchange {
	if p == nil {
		return &Exchange{Response: &Response{}}
	}
	if x, ok := p.exchanges.Get().(*Exchange); ok {
		return x
	}
	return &Exchange{Response: &Response{}, Pooled: true}
}

// Room returns an empty slice with room for at least n bytes.
func (p *Pool) Room(n int) []byte {
	class := bits.Len(uint(max(n, 1) - 1))
	if p == nil || class > largestRoom {
		return make([]byte, 0, n)
	}
	class = max(class, smallestRoom)
	box, ok := p.rooms[class].Get().(*room)
	if !ok {
		return make([]byte, 0, 1<<class)
	}
	data := box.data
	box.data = nil
	p.boxes.Put(box)
	return data
}

// Release takes back what x consists of, if it is Pooled. Nobody may hold x, its Response,
// its bodies or its header fields any more; the texts in them last.
func (p *Pool) Release(x *Exchange) {
	if p == nil || !x.Pooled {
		return
	}
	asked, response := x.Request.Header, x.Response
	p.ReleaseRoom(x.Request.Body.Data)
	if response == nil {
		response = &Response{}
	}
	answered := response.Header
	p.ReleaseRoom(response.Body.Data)
	clear(asked)
	clear(answered)
	*response = Response{Header: answered[:0]}
	*x = Exchange{Response: response, Request: Request{Header: asked[:0]}, Pooled: true}
	p.exchanges.Put(x)
}

// ReleaseRoom takes back what Room returned, which nobody may hold any more.
func (p *Pool) ReleaseRoom(data []byte) {
	class := bits.Len(uint(cap(data))) - 1
	if p == nil || class < smallestRoom || class > largestRoom || cap(data) != 1<<class {
		return
	}
	box, ok := p.boxes.Get().(*room)
	if !ok {
		box = &room{}
	}
	box.data = data[:0]
	p.rooms[class].Put(box)
}
