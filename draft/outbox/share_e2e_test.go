//go:build e2e

package outbox

// share is that all samples of the corpus go the whole way.
const share = 1
