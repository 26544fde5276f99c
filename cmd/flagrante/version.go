package main

import (
	"fmt"
	"runtime"
)

// versionCmd prints the version.
type versionCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the version, and what it was built with.
func (v *versionCmd) Run(w world) error {
	if v.JSON {
		return printJSON(w.out, map[string]string{"version": w.version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(w.out, "flagrante %s (%s, %s/%s)\n", w.version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
