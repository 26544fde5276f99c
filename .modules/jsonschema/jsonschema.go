// Package jsonschema stands in for the evaluator of JSON Schema that the library for
// OpenAPI is linked with, and evaluates nothing: schemas are evaluated by the package
// contract, and the real one compiles all drafts of the standard whenever a program
// starts. It has what that library names, and no more; see
// docs/decisions/0500-no-evaluator-of-json-schema-is-linked.md.
package jsonschema

import "errors"

// ErrNotHere says that nothing can be compiled. The library for OpenAPI evaluates
// schemas by itself then.
var ErrNotHere = errors.New("no evaluator of JSON Schema is linked")

// Draft is a version of the standard.
type Draft struct{}

// Draft2020 is the version of 2020-12.
var Draft2020 = &Draft{}

// Format checks what a format promises.
type Format struct {
	Name     string
	Validate func(v any) error
}

// Compiler compiles nothing.
type Compiler struct{}

// NewCompiler returns a Compiler.
func NewCompiler() *Compiler { return &Compiler{} }

// DefaultDraft does nothing.
func (*Compiler) DefaultDraft(*Draft) {}

// RegisterFormat does nothing.
func (*Compiler) RegisterFormat(*Format) {}

// AssertFormat does nothing.
func (*Compiler) AssertFormat() {}

// AddResource returns ErrNotHere.
func (*Compiler) AddResource(string, any) error { return ErrNotHere }

// Compile returns ErrNotHere.
func (*Compiler) Compile(string) (*Schema, error) { return nil, ErrNotHere }

// Schema is never made.
type Schema struct{}

// Validate returns ErrNotHere.
func (*Schema) Validate(any) error { return ErrNotHere }

// ErrorKind says which keyword a value breaks.
type ErrorKind interface{ KeywordPath() []string }

// ValidationError is never returned.
type ValidationError struct {
	SchemaURL        string
	InstanceLocation []string
	ErrorKind        ErrorKind
	Causes           []*ValidationError
}

// Error names nothing.
func (*ValidationError) Error() string { return ErrNotHere.Error() }
