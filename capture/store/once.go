package store

import (
	"context"
	"sync"
)

// answers are what was asked with one context.
type answers struct {
	mu    sync.Mutex
	known map[any]any
}

// answersKey finds them in a context.
type answersKey struct{}

// Once returns a context with which the numbers of hosts and groups are asked for once:
// whoever concludes many drafts needs the same ones again and again. It is meant for the
// time of one page, for what comes meanwhile is not seen.
func Once(ctx context.Context) context.Context {
	return context.WithValue(ctx, answersKey{}, &answers{known: map[any]any{}})
}

// once returns the answer to what key names, which nobody changes. Others wait meanwhile, so
// ask must not come here again with the same context.
func once[T any](ctx context.Context, key any, ask func() (T, error)) (T, error) {
	a, ok := ctx.Value(answersKey{}).(*answers)
	if !ok {
		return ask()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if known, ok := a.known[key].(T); ok {
		return known, nil
	}
	answer, err := ask()
	if err == nil {
		a.known[key] = answer
	}
	return answer, err
}
