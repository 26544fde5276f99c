package app

import (
	"fmt"
	"io"
)

// Announce says where everything else is.
func (a *App) Announce(out io.Writer) {
	if a.Archive == nil {
		fmt.Fprintf(out, "health http://%s/readyz\nca     %s\n", FromHere(a.DeskAddr), a.CAPath)
		return
	}
	fmt.Fprintf(out, "desk   %s\nca     %s\n", a.DeskURL(), a.CAPath)
}
