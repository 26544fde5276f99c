package lifecycle_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/lifecycle"
	"flagrante/draft/words"
)

const theID = "d-abcdefghij"

func ana(minute int) draft.Change {
	return draft.Change{Actor: "ana", At: noon.Add(time.Duration(minute) * time.Minute)}
}

func to(s string) *string { return &s }

// refused reports the reason of a RefusedError.
func refused(t *testing.T, err error) string {
	t.Helper()
	r, ok := errors.AsType[*draft.RefusedError](err)
	if !ok {
		t.Fatalf("got %v, want a RefusedError", err)
	}
	return words.Say(draft.English, r.Why)
}

func TestAChoiceLocksAndTheSuggestionStands(t *testing.T) {
	b, s := bookAndStore(t, failure(0, fingerprint))
	d, err := b.Edit(t.Context(), theID, ana(1), map[draft.Field]*string{draft.FieldSeverity: to("critical"), draft.FieldTitle: to("Pix fora do ar")})
	check(t, err)
	first := d.Suggested.Severity.Value
	if d.Severity.Value != draft.Critical || d.Title != "Pix fora do ar" || first == draft.Critical || d.Suggested.Title == d.Title || len(d.Conflicts) != 0 || d.Version != 2 {
		t.Fatalf("severity %s, suggested %s, title %q, conflicts %v, version %d", d.Severity.Value, first, d.Title, d.Conflicts, d.Version)
	}
	// New evidence raises the suggestion; the choice stays, and the conflict is shown.
	var more []*capture.Failure
	for n := range 40 {
		more = append(more, failure(n+1, fingerprint))
	}
	_, err = s.Append(t.Context(), capture.Batch{Failures: more})
	check(t, err)
	d, err = b.Draft(t.Context(), theID)
	check(t, err)
	want := []draft.Conflict{{Field: draft.FieldSeverity, Value: "critical", Then: string(first), Now: string(d.Suggested.Severity.Value)}}
	if diff := cmp.Diff(want, d.Conflicts); diff != "" || d.Severity.Value != draft.Critical {
		t.Errorf("severity %s, conflicts (-want +got):\n%s", d.Severity.Value, diff)
	}
	d, err = b.Edit(t.Context(), theID, ana(60), map[draft.Field]*string{draft.FieldSeverity: nil})
	check(t, err)
	if d.Severity.Value != d.Suggested.Severity.Value || len(d.Conflicts) != 0 {
		t.Errorf("without the choice the severity is %s, conflicts %v", d.Severity.Value, d.Conflicts)
	}
}

func TestAChosenEnvironmentDecidesCategoryAndSeverity(t *testing.T) {
	b := book(t, failure(0, fingerprint))
	d, err := b.Edit(t.Context(), theID, ana(1), map[draft.Field]*string{draft.FieldEnvironment: to("staging")})
	check(t, err)
	if d.Environment.Value != draft.Staging || d.Category != "TI - Integração" || d.Suggested.Environment.Value != draft.Production {
		t.Errorf("got %s, %s, suggested %s", d.Environment.Value, d.Category, d.Suggested.Environment.Value)
	}
}

func TestTwoPeopleAtOnce(t *testing.T) {
	b := book(t, failure(0, fingerprint))
	d, err := b.Edit(t.Context(), theID, ana(1), map[draft.Field]*string{draft.FieldSteps: to("1. Abra o app")})
	check(t, err)
	late := ana(2)
	late.Version = d.Version - 1
	_, err = b.Edit(t.Context(), theID, late, map[draft.Field]*string{draft.FieldTitle: to("x")})
	want := &draft.VersionError{Want: late.Version, Have: d.Version}
	if got, ok := errors.AsType[*draft.VersionError](err); !ok || *got != *want {
		t.Errorf("got %v, want %v", err, want)
	}
	late.Version = d.Version
	_, err = b.Edit(t.Context(), theID, late, map[draft.Field]*string{draft.FieldTitle: to("x")})
	check(t, err)
}

func TestChoicesThatCantBe(t *testing.T) {
	b := book(t, failure(0, fingerprint))
	for field, value := range map[draft.Field]string{
		"host": "x", draft.FieldSeverity: "urgent", draft.FieldEnvironment: "prod", draft.FieldCategory: "Financeiro",
		draft.FieldTitle: "two\nlines", draft.FieldSteps: " ", draft.FieldDescription: string(make([]byte, 40<<10)),
	} {
		_, err := b.Edit(t.Context(), theID, ana(1), map[draft.Field]*string{field: &value})
		if refused(t, err) == "" {
			t.Errorf("%s: no reason", field)
		}
	}
	d, err := b.Draft(t.Context(), theID)
	check(t, err)
	if d.Version != 1 {
		t.Errorf("version %d after refusals", d.Version)
	}
}

func TestHistoryAndUndo(t *testing.T) {
	b := book(t, failure(0, fingerprint))
	_, err := b.Edit(t.Context(), theID, ana(1), map[draft.Field]*string{draft.FieldSeverity: to("high")})
	check(t, err)
	_, err = b.SetState(t.Context(), theID, draft.Change{Actor: "rui", At: noon.Add(2 * time.Minute)}, draft.Move{State: draft.StateIgnored})
	check(t, err)
	_, err = b.Tag(t.Context(), theID, ana(3), []string{"pix", "banco"}, nil)
	check(t, err)
	d, err := b.Undo(t.Context(), theID, ana(4))
	check(t, err)
	if len(d.Tags) != 0 || d.State != draft.StateIgnored {
		t.Errorf("after one undo: tags %v, state %s", d.Tags, d.State)
	}
	d, err = b.Undo(t.Context(), theID, ana(5))
	check(t, err)
	if d.State != draft.StateNew || d.Severity.Value != draft.High {
		t.Errorf("after two: state %s, severity %s", d.State, d.Severity.Value)
	}
	got, err := b.History(t.Context(), theID)
	check(t, err)
	want := []draft.Entry{
		{Actor: "ana", Action: "undo", Field: "state", From: "ignored", To: "new"},
		{Actor: "ana", Action: "undo", Field: "tags", From: "banco, pix"},
		{Actor: "ana", Action: "tag", Field: "tags", To: "banco, pix", Undone: true},
		{Actor: "rui", Action: "state", Field: "state", From: "new", To: "ignored", Undone: true},
		{Actor: "ana", Action: "edit", Field: "severity", To: "high"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(draft.Entry{}, "Change", "At")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	_, err = b.Undo(t.Context(), theID, ana(6))
	check(t, err)
	if _, err = b.Undo(t.Context(), theID, ana(7)); refused(t, err) != "there is nothing to undo" {
		t.Errorf("got %v", err)
	}
}

func TestRegressedByTheTimesOfTheFailures(t *testing.T) {
	b, s := bookAndStore(t, failure(0, fingerprint))
	_, err := b.SetState(t.Context(), theID, ana(30), draft.Move{State: draft.StateResolved, ResolvedAt: noon.Add(10 * time.Minute)})
	check(t, err)
	state := func() draft.State {
		d, err := b.Draft(t.Context(), theID)
		check(t, err)
		return d.State
	}
	// Known later, but from before the solution: a recording that is imported.
	_, err = s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{failure(9, fingerprint)}})
	check(t, err)
	if got := state(); got != draft.StateResolved {
		t.Errorf("an older failure made it %s", got)
	}
	_, err = s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{failure(11, fingerprint)}})
	check(t, err)
	if got := state(); got != draft.StateRegressed {
		t.Errorf("a newer failure made it %s", got)
	}
	entries, err := b.History(t.Context(), theID)
	check(t, err)
	if entries[0].Actor != "flagrante" || entries[1].To != "regressed" {
		t.Errorf("the history begins with %+v", entries[:2])
	}
}

func TestSnoozedComesBack(t *testing.T) {
	b := book(t, failure(0, fingerprint))
	now := noon
	b = b.WithClock(func() time.Time { return now })
	_, err := b.SetState(t.Context(), theID, ana(0), draft.Move{State: draft.StateInReview})
	check(t, err)
	_, err = b.SetState(t.Context(), theID, ana(0), draft.Move{State: draft.StateSnoozed, Until: noon.Add(time.Hour)})
	check(t, err)
	for _, want := range []draft.State{draft.StateSnoozed, draft.StateInReview} {
		drafts, _, err := b.List(t.Context(), "", 10)
		check(t, err)
		if drafts[0].State != want {
			t.Errorf("at %v the draft is %s, want %s", now, drafts[0].State, want)
		}
		now = now.Add(time.Hour)
	}
	_, err = b.SetState(t.Context(), theID, ana(0), draft.Move{State: draft.StateSnoozed})
	refused(t, err)
	_, err = b.SetState(t.Context(), theID, ana(0), draft.Move{State: draft.StateRegressed})
	refused(t, err)
}

func TestExportedAndReopened(t *testing.T) {
	b, s := bookAndStore(t, failure(0, fingerprint))
	r := receipt("r1")
	check(t, begin(t, s, r))
	r.State = draft.ReceiptSent
	check(t, finish(t, s, r))
	d, err := b.Draft(t.Context(), theID)
	check(t, err)
	again, err := b.SetState(t.Context(), theID, ana(1), draft.Move{State: draft.StateInReview})
	check(t, err)
	if d.State != draft.StateExported || again.State != draft.StateInReview {
		t.Errorf("got %s, then %s", d.State, again.State)
	}
}

func TestCallToThoseOnDuty(t *testing.T) {
	b := book(t, failure(0, fingerprint))
	d, err := b.Edit(t.Context(), theID, ana(1), map[draft.Field]*string{draft.FieldSeverity: to("critical"), draft.FieldMedia: to("print.png")})
	check(t, err)
	last := d.Checklist[len(d.Checklist)-1]
	if !d.OnCall.Required || d.OnCall.Done || d.Complete || last.Item != "on_call" || last.State != draft.Missing {
		t.Errorf("before the call: %+v, complete %v, %+v", d.OnCall, d.Complete, last)
	}
	_, err = b.Call(t.Context(), theID, ana(2), draft.Call{Whom: "Bia"})
	refused(t, err)
	d, err = b.Call(t.Context(), theID, ana(2), draft.Call{By: "Ana", Whom: "Bia", At: noon})
	check(t, err)
	last = d.Checklist[len(d.Checklist)-1]
	if !d.OnCall.Done || !d.Complete || last.Value != "Ana ligou e falou com Bia em 23/11/2026 12:00:00.000 UTC" {
		t.Errorf("after the call: %+v, complete %v, %+v", d.OnCall, d.Complete, d.Checklist)
	}
}

func TestManualDraft(t *testing.T) {
	b := book(t, failure(0, fingerprint))
	d, err := b.Create(t.Context(), ana(1), draft.Manual{Title: "Aceitar CNPJ alfanumérico", Kind: draft.Suggestions, Text: "O campo recusa letras. Meu CPF é 529.982.247-25."})
	check(t, err)
	if d.Severity.Value != draft.Low || d.Category != "TI - Integração" || d.State != draft.StateNew || !d.Complete || d.Manual.Text == "O campo recusa letras. Meu CPF é 529.982.247-25." {
		t.Errorf("got %+v", d)
	}
	again, err := b.Create(t.Context(), ana(1), draft.Manual{Title: "Aceitar CNPJ alfanumérico", Kind: draft.Suggestions, Text: "O campo recusa letras. Meu CPF é 529.982.247-25."})
	check(t, err)
	drafts, _, err := b.List(t.Context(), "", 10)
	check(t, err)
	if again.ID != d.ID || len(drafts) != 2 || drafts[1].ID != d.ID {
		t.Errorf("%d drafts, %s and %s", len(drafts), d.ID, again.ID)
	}
	_, err = b.Create(t.Context(), ana(1), draft.Manual{Title: "x", Kind: "wish", Text: "y"})
	refused(t, err)
}

func TestFindSortsAndPages(t *testing.T) {
	var all []*capture.Failure
	for n := range 7 {
		for k := range n%3 + 1 {
			f := failure(10*n+k, fmt.Sprintf("v2-%010d", n))
			all = append(all, f)
		}
	}
	b := book(t, all...)
	var got []string
	q := lifecycle.Query{Where: "status = ? AND count > ?", Args: []any{503, 1}, Sort: "count", Limit: 1}
	for {
		drafts, next, err := b.Find(t.Context(), q)
		check(t, err)
		got = append(got, ids(drafts)...)
		if q.After = next; next == "" {
			break
		}
	}
	want := []string{"d-0000000005", "d-0000000002", "d-0000000004", "d-0000000001"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	_, _, err := b.Find(t.Context(), lifecycle.Query{Sort: "fingerprint; DROP TABLE drafts"})
	refused(t, err)
}

func TestDraftsOutliveTheirFailures(t *testing.T) {
	b, s := bookAndStore(t, failure(0, fingerprint), failure(1, "v2-other00000000000"))
	kept, err := b.Note(t.Context(), theID, ana(1), "aberto por telefone")
	check(t, err)
	_, err = s.Append(t.Context(), capture.Batch{Healed: []capture.Healed{{FailureID: "f00"}, {FailureID: "f01"}}})
	check(t, err)
	drafts, _, err := b.List(t.Context(), "", 10)
	check(t, err)
	if len(drafts) != 1 || drafts[0].Title != kept.Title || drafts[0].Evidence.Group.Count != 1 || len(drafts[0].Notes) != 1 {
		t.Errorf("got %+v", drafts)
	}
}
