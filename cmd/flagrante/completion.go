package main

import (
	"context"

	"flagrante/cmd/flagrante/internal/usage"
	"flagrante/cmd/flagrante/internal/world"
)

// completionCmd prints what lets a shell complete commands.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help says where it goes.
func (*completionCmd) Help() string {
	return `Examples:
  flagrante completion bash > ~/.local/share/bash-completion/completions/flagrante
  flagrante completion zsh > ~/.zfunc/_flagrante
  flagrante completion fish > ~/.config/fish/completions/flagrante.fish`
}

// Run prints it.
func (k *completionCmd) Run(ctx context.Context, w world.World) error {
	all, err := wholeUsage(ctx, w)
	if err != nil {
		return err
	}
	return all.Completion(w.Out, k.Shell)
}

// manCmd prints the manual page.
type manCmd struct{}

// Run prints it.
func (manCmd) Run(ctx context.Context, w world.World) error {
	all, err := wholeUsage(ctx, w)
	if err != nil {
		return err
	}
	return all.Manual(w.Out, w.Version)
}

// wholeUsage is the command line as the parser knows it.
func wholeUsage(ctx context.Context, w world.World) (usage.Command, error) {
	parser, err := newParser(ctx, new(cli), w)
	if err != nil {
		return usage.Command{}, err
	}
	return usage.Of(parser.Model), nil
}
