package store

import "context"

// ForgetCounted forgets with a bound that tests can reach.
func ForgetCounted(ctx context.Context, s *Store, most int) error { return s.forgetCounted(ctx, most) }
