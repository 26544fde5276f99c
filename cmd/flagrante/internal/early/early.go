// Package early has the system map what the start of the program uses with three calls, before the packages
// that it consists of are initialised: on Linux; elsewhere it does nothing.
//
// The first use of a page is an exception, and these are dear on virtual machines: 5 to 20 µs, where one page
// of many that are asked for together takes less than 1. Packages are initialised in the order of their import paths
// once those are that they import (The Go Programming Language Specification, "Program initialization").
// So this one, which imports next to nothing, comes before those of other modules.
package early
