package main

import (
	"fmt"
	"runtime"

	"flagrante/cmd/flagrante/internal/world"
)

// versionCmd prints the version.
type versionCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the version, and what it was built with.
func (v *versionCmd) Run(w world.World) error {
	if v.JSON {
		return printJSON(w.Out, map[string]string{"version": w.Version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(w.Out, "flagrante %s (%s, %s/%s)\n", w.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
