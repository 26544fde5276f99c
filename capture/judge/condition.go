package judge

import (
	"fmt"
	"sync/atomic"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// maxNodes bounds the size of a condition.
const maxNodes = 500

// condition is what must hold of an answer. It is compiled when an answer first has
// the words that its rule asks for: those of all built-in rules took a tenth of the
// start of the program, and most are never asked.
type condition struct {
	text    string
	program atomic.Pointer[vm.Program]
}

// ready compiles the condition, unless that was done.
func (c *condition) ready() (*vm.Program, error) {
	if program := c.program.Load(); program != nil {
		return program, nil
	}
	program, err := expr.Compile(c.text, append(functions(), expr.Env(view{}), expr.AsBool(), expr.MaxNodes(maxNodes))...)
	if err != nil {
		return nil, fmt.Errorf("when: %w", err)
	}
	c.program.Store(program)
	return program, nil
}

// holds reports whether an answer is as the condition says. An error means that it
// can't be told.
func (c *condition) holds(v *view) (bool, error) {
	program, err := c.ready()
	if err != nil {
		return false, err
	}
	holds, err := expr.Run(program, v)
	return holds == true, err
}
