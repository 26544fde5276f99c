package service

// Changed is what an event "changed" holds: what to read again.
type Changed struct {
	// Drafts are the IDs of drafts, nil where any may have changed; Failures is the
	// number of new failures.
	Drafts   []string `json:"drafts"`
	Failures int      `json:"failures"`
}

// EventChanged is the name of the events that are numbered and kept.
const EventChanged = "changed"
