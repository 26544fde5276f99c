package fault

import "flagrante/proxy"

// named is an error whose name was known where it happened.
type named struct {
	name  proxy.Error
	cause error
}

func (e *named) Error() string { return e.name.Error() }

func (e *named) Unwrap() error { return e.cause }

// BadTarget names a request that asks for something that cannot be dialled.
func BadTarget(cause error) error {
	return &named{proxy.Error{Type: typeRequestError, Phase: proxy.PhaseConnect, Text: "the request names no host and port that can be dialled"}, cause}
}
