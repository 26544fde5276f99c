package world

import (
	"sync"
)

// meanwhile begins f, and returns what waits for its end.
func meanwhile[T any](f func() (T, error)) func() (T, error) {
	wait := sync.OnceValues(f)
	go func() { _, _ = wait() }()
	return wait
}
