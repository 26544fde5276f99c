// Package kind names the kinds of errors that its library for OpenAPI asks for; none
// is ever made.
package kind

// Schema, Group and Reference group the errors of what is below them.
type (
	// Schema is one of a whole schema.
	Schema struct{}
	// Group is one of several keywords.
	Group struct{}
	// Reference is one of a schema that another one refers to.
	Reference struct{}
)

// KeywordPath is empty.
func (*Schema) KeywordPath() []string { return nil }

// KeywordPath is empty.
func (*Group) KeywordPath() []string { return nil }

// KeywordPath is empty.
func (*Reference) KeywordPath() []string { return nil }
