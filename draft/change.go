package draft

import (
	"fmt"
	"time"

	"flagrante/capture"
)

// Field is a part of a draft that a person may decide.
type Field string

// The fields. Those from Description on are texts; Steps, Device, Country, Media and Time also
// fill the item of the same name.
const (
	FieldTitle       Field = "title"
	FieldSeverity    Field = "severity"
	FieldEnvironment Field = "environment"
	FieldCategory    Field = "category"
	FieldDescription Field = "description"
	FieldSteps       Field = "steps"
	FieldExpected    Field = "expected"
	FieldDevice      Field = "device"
	FieldCountry     Field = "country"
	FieldMedia       Field = "media"
	FieldTime        Field = "time"
)

// Fields returns all fields that a person may decide.
func Fields() []Field {
	return []Field{FieldTitle, FieldSeverity, FieldEnvironment, FieldCategory, FieldDescription, FieldSteps, FieldExpected, FieldDevice, FieldCountry, FieldMedia, FieldTime}
}

// Choice is what a person decided a field to be. It holds whatever is suggested
// later, until it is taken back.
type Choice struct {
	Value string    `json:"value"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
	// Suggested is what the choice was made against: the suggestion of that time, or
	// for a text, that of the title, which says what the draft was about.
	Suggested string `json:"suggested"`
}

// Conflict says that a suggestion changed after a person had decided otherwise.
type Conflict struct {
	Field Field  `json:"field"`
	Value string `json:"value"`
	// Then is what was suggested when the person decided, Now what is today.
	Then string `json:"then"`
	Now  string `json:"now"`
}

// Change says who changes a draft, when, and what they had seen of it.
type Change struct {
	Actor string
	At    time.Time
	// Version is that of the draft that was looked at, 0 for whatever it is now.
	Version int64
}

// Move puts a draft into a state.
type Move struct {
	State State
	// Until is when a snoozed draft comes back.
	Until time.Time
	// ResolvedAt is when the problem was over, the time of the change when it is
	// zero. Failures that happened later make the draft regress.
	ResolvedAt time.Time
}

// Call is the record of a phone call to those on duty.
type Call struct {
	// By is who called, Whom is who answered.
	By   string    `json:"by"`
	Whom string    `json:"whom"`
	At   time.Time `json:"at"`
}

// Note is a remark of a person that stays with the draft and never leaves.
type Note struct {
	Text string    `json:"text"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// OnCall is the step that the guide asks for from a severity on.
type OnCall struct {
	Required bool `json:"required"`
	// Phone is the number from the configuration or the profile, empty without one.
	Phone string `json:"phone"`
	// Done reports that it is recorded who called, and when.
	Done  bool   `json:"done"`
	Calls []Call `json:"calls"`
}

// ManualKind is the sort of a draft that a person wrote without evidence.
type ManualKind string

// The kinds of manual drafts.
const (
	Suggestions ManualKind = "suggestion"
	Question    ManualKind = "question"
	Problem     ManualKind = "problem"
)

// Manual is a draft without evidence.
type Manual struct {
	Title string     `json:"title"`
	Kind  ManualKind `json:"kind"`
	// Environment may be empty: then it is staging, where questions on integrating
	// belong.
	Environment Environment `json:"environment,omitempty"`
	Text        string      `json:"text"`
}

// Entry is a line of the history of a draft: one field that changed.
type Entry struct {
	// Change is the same number for all that was changed at once.
	Change int64     `json:"change"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	// Action is what was done, such as "edit" or "merge".
	Action string `json:"action"`
	Field  string `json:"field"`
	From   string `json:"from"`
	To     string `json:"to"`
	Undone bool   `json:"undone"`
}

// Suggested is what the evidence suggests, whatever people decided.
type Suggested struct {
	Title       string
	Severity    Suggestion[Severity]
	Environment Suggestion[Environment]
	Category    string
}

// VersionError is returned when somebody else changed the draft in between.
type VersionError struct{ Want, Have int64 }

func (e *VersionError) Error() string {
	return fmt.Sprintf("the draft was changed by somebody else: it is at version %d, not %d", e.Have, e.Want)
}

// RefusedError is returned for a change that can't be made. Why has the sentence that
// says so, in every language; the error itself only names it.
type RefusedError struct{ Why capture.Reason }

func (e *RefusedError) Error() string { return "the change was refused: " + e.Why.Key }

// Refuse returns the error with the sentence "refused.KEY"; args are names and values in
// turn.
func Refuse(key string, args ...string) *RefusedError {
	why := capture.Reason{Key: "refused." + key, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		why.Args[args[i]] = args[i+1]
	}
	return &RefusedError{why}
}
