//go:build !e2e

package outbox

// share is how much of the corpus goes the whole way, one sample of so many: with e2e it
// is all of them.
const share = 8
