package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// changeCmd holds what people decide of drafts.
type changeCmd struct {
	Set     setCmd     `cmd:"" help:"Decide fields, or take decisions back."`
	State   stateCmd   `cmd:"" help:"Put a draft into a state."`
	Note    noteCmd    `cmd:"" help:"Add a note, which never leaves."`
	Tag     tagCmd     `cmd:"" help:"Add tags, or take them away."`
	Call    callCmd    `cmd:"" help:"Record the phone call to the vendor's people on duty."`
	Merge   mergeCmd   `cmd:"" help:"Make drafts part of another one."`
	Split   splitCmd   `cmd:"" help:"Take a part out of a draft."`
	Undo    undoCmd    `cmd:"" help:"Take the last change back."`
	History historyCmd `cmd:"" help:"Say who changed what of a draft."`
}

// changeFlags are those of every change.
type changeFlags struct {
	Actor   string `help:"Who changes the draft (default: $$USER)." env:"FLAGRANTE_ACTOR" placeholder:"NAME"`
	Version int64  `help:"Change it only if it is at this version, as the JSON says." placeholder:"N"`
	JSON    bool   `name:"json" help:"Print the draft as JSON."`
}

// change makes a change and prints what became of the draft.
func (f changeFlags) change(ctx context.Context, c *cli, w world.World, do func(*archive.Archive, draft.Change) (draft.Draft, error)) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		user, _ := w.Env("USER")
		by := draft.Change{Actor: cmp.Or(f.Actor, user), At: w.Now(), Version: f.Version}
		d, err := do(a, by)
		if err != nil {
			return changeHint(err)
		}
		if f.JSON {
			return printJSON(w.Out, text.DraftObject(d, config.TextOptions(a.Compose)))
		}
		return printChanged(w.Out, d, a.Compose.Lang)
	})
}

func printChanged(out io.Writer, d draft.Draft, lang draft.Lang) error {
	_, err := fmt.Fprintf(out, "%s  %s  %s  %s\n", d.ID, d.SeverityLabel, words.Word(lang, "state", string(d.State)), text.Visible(d.Title))
	for _, c := range d.Conflicts {
		if err == nil {
			_, err = fmt.Fprintf(out, "note: %s is %s by your choice, but %s is suggested now (it was %s)\n", c.Field, text.Visible(c.Value), text.Visible(c.Now), text.Visible(c.Then))
		}
	}
	return err
}

// changeHint adds a word on what to do about a change that was refused.
func changeHint(err error) error {
	if _, ok := errors.AsType[*draft.VersionError](err); ok {
		return hinted.New(err, "read the draft again, and change what is there now")
	}
	if wrong, ok := errors.AsType[*draft.RefusedError](err); ok {
		return hinted.New(errors.New(words.Say(draft.English, wrong.Why)), "`flagrante change --help` lists the changes that can be made")
	}
	return found(err)
}

type setCmd struct {
	changeFlags
	ID     string   `arg:"" help:"ID of the draft."`
	Values []string `arg:"" name:"field=value" help:"A field (title, severity, environment, category, description, steps, expected, device, country, media or time) and its value; without a value the suggestion holds again."`
}

// Run decides fields.
func (s *setCmd) Run(ctx context.Context, c *cli, w world.World) error {
	values := map[draft.Field]*string{}
	for _, pair := range s.Values {
		field, value, ok := strings.Cut(pair, "=")
		if !ok {
			return hinted.New(fmt.Errorf("%q is not field=value", pair), "write severity=high, or severity= to take the choice back")
		}
		values[draft.Field(field)] = nil
		if value != "" {
			values[draft.Field(field)] = &value
		}
	}
	return s.change(ctx, c, w, func(a *archive.Archive, by draft.Change) (draft.Draft, error) {
		return a.Book.Edit(ctx, s.ID, by, values)
	})
}

type stateCmd struct {
	changeFlags
	ID    string    `arg:"" help:"ID of the draft."`
	State string    `arg:"" help:"new, in_review, exported, resolved, ignored or snoozed." enum:"new,in_review,exported,resolved,ignored,snoozed"`
	Until time.Time `help:"When a snoozed draft comes back (RFC 3339)." placeholder:"TIME"`
	At    time.Time `help:"When the problem was resolved, if not now (RFC 3339): later failures make the draft regress." placeholder:"TIME"`
}

// Run moves the draft.
func (s *stateCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return s.change(ctx, c, w, func(a *archive.Archive, by draft.Change) (draft.Draft, error) {
		return a.Book.SetState(ctx, s.ID, by, draft.Move{State: draft.State(s.State), Until: s.Until, ResolvedAt: s.At})
	})
}

type noteCmd struct {
	changeFlags
	ID   string `arg:"" help:"ID of the draft."`
	Text string `arg:"" help:"The note."`
}

// Run adds the note.
func (n *noteCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return n.change(ctx, c, w, func(a *archive.Archive, by draft.Change) (draft.Draft, error) {
		return a.Book.Note(ctx, n.ID, by, n.Text)
	})
}

type tagCmd struct {
	changeFlags
	ID     string   `arg:"" help:"ID of the draft."`
	Add    []string `help:"Tag to add." placeholder:"TAG"`
	Remove []string `help:"Tag to take away." placeholder:"TAG"`
}

// Run changes the tags.
func (t *tagCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return t.change(ctx, c, w, func(a *archive.Archive, by draft.Change) (draft.Draft, error) {
		return a.Book.Tag(ctx, t.ID, by, t.Add, t.Remove)
	})
}

type callCmd struct {
	changeFlags
	ID   string    `arg:"" help:"ID of the draft."`
	By   string    `help:"Who called (default: the actor)." placeholder:"NAME"`
	Whom string    `help:"Who answered." placeholder:"NAME"`
	At   time.Time `help:"When, if not now (RFC 3339)." placeholder:"TIME"`
}

// Run records the call.
func (k *callCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return k.change(ctx, c, w, func(a *archive.Archive, by draft.Change) (draft.Draft, error) {
		call := draft.Call{By: cmp.Or(k.By, by.Actor), Whom: k.Whom, At: k.At}
		if call.At.IsZero() {
			call.At = by.At
		}
		return a.Book.Call(ctx, k.ID, by, call)
	})
}

type mergeCmd struct {
	changeFlags
	Into string   `arg:"" help:"ID of the draft that stays."`
	IDs  []string `arg:"" name:"id" help:"IDs of those that become part of it."`
}

// Run merges.
func (m *mergeCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return m.change(ctx, c, w, func(a *archive.Archive, by draft.Change) (draft.Draft, error) {
		return a.Book.Merge(ctx, m.Into, by, m.IDs...)
	})
}

type splitCmd struct {
	changeFlags
	ID   string `arg:"" help:"ID of the draft."`
	Part string `arg:"" help:"ID of the part that leaves it."`
}

// Run splits.
func (s *splitCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return s.change(ctx, c, w, func(a *archive.Archive, by draft.Change) (draft.Draft, error) {
		return a.Book.Split(ctx, s.ID, by, s.Part)
	})
}

type undoCmd struct {
	changeFlags
	ID string `arg:"" help:"ID of the draft."`
}

// Run takes the last change back.
func (u *undoCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return u.change(ctx, c, w, func(a *archive.Archive, by draft.Change) (draft.Draft, error) { return a.Book.Undo(ctx, u.ID, by) })
}

type historyCmd struct {
	ID   string `arg:"" help:"ID of the draft."`
	JSON bool   `name:"json" help:"Print it as JSON."`
}

// Run prints the history.
func (h *historyCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		entries, err := a.Book.History(ctx, h.ID)
		if err != nil {
			return found(err)
		}
		if h.JSON {
			return printJSON(w.Out, entries)
		}
		table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
		for _, e := range entries {
			undone := ""
			if e.Undone {
				undone = "(undone)"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s → %s\t%s\n", e.At.In(a.Compose.Zone).Format(time.RFC3339), text.Visible(e.Actor), e.Action, e.Field,
				text.OneLine(e.From), text.OneLine(e.To), undone)
		}
		return table.Flush()
	})
}

// newCmd makes a draft without evidence.
type newCmd struct {
	changeFlags
	Title       string `arg:"" help:"Title, of at most 120 characters."`
	Kind        string `help:"suggestion, question or problem." default:"question" enum:"suggestion,question,problem"`
	Environment string `help:"production or staging (default: staging)." placeholder:"NAME"`
	Text        string `help:"The text of the ticket." required:"" placeholder:"TEXT"`
}

// Run makes the draft.
func (n *newCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return n.change(ctx, c, w, func(a *archive.Archive, by draft.Change) (draft.Draft, error) {
		return a.Book.Create(ctx, by, draft.Manual{Title: n.Title, Kind: draft.ManualKind(n.Kind), Environment: draft.Environment(n.Environment), Text: n.Text})
	})
}
