package export

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"slices"
	"strconv"
	"strings"
)

// verify reads the ticket back. What is not there as it was sent is dropped; that
// it could not be read is noted, for the ticket is made.
func (j *job) verify(ctx context.Context, s Step) verdict {
	_, f, v := j.ask(ctx, s)
	switch {
	case v.ending == refused:
		j.at.Notes = append(j.at.Notes, j.x.say("portal.unread", "cause", v.text))
		return verdict{}
	case v.ending != done:
		return v
	}
	for _, field := range names(s.Compare) {
		want := expand(s.Compare[field].Want, j.values, verbatim)
		if got, _ := f.text(s.Compare[field].At); want != "" && !sameText(got, want) {
			j.drop(field)
		}
	}
	if s.Files == nil {
		return verdict{}
	}
	for _, file := range j.parcel.Files {
		if !s.Files.holds(f, file) && !j.mentioned(file) {
			j.drop(file.Name)
		}
	}
	return verdict{}
}

// drop notes once that something was not stored as it was sent.
func (j *job) drop(what string) {
	if !slices.Contains(j.at.Dropped, what) {
		j.at.Dropped = append(j.at.Dropped, what)
	}
}

// mentioned reports whether it was said already that a file was not taken.
func (j *job) mentioned(file File) bool {
	return slices.ContainsFunc(j.at.Dropped, func(s string) bool { return strings.Contains(s, file.Name) })
}

// stored asks, where the recipe can, whether the ticket has a file already. What the
// portal does not answer has to be asked again: the file may be there.
func (j *job) stored(ctx context.Context, file File) (bool, verdict) {
	for _, s := range j.portal.recipe.Steps {
		if s.Do != doVerify || s.Files == nil {
			continue
		}
		_, f, v := j.ask(ctx, s)
		if v.ending != done {
			return false, v
		}
		if s.Files.holds(f, file) {
			return true, v
		}
	}
	return false, verdict{}
}

// holds reports whether a list of attachments has the file, as far as it tells.
func (l *Listing) holds(f found, file File) bool {
	list, _ := f.at(l.In).([]any)
	return slices.ContainsFunc(list, func(part any) bool {
		item := f.in(part)
		name, _ := item.text(l.Name)
		if l.Name != "" && name != file.Name {
			return false
		}
		if size, ok := item.text(l.Size); l.Size != "" && ok && size != strconv.Itoa(len(file.Data)) {
			return false
		}
		if l.Base64 == "" {
			return true
		}
		text, _ := item.text(l.Base64)
		data, err := base64.StdEncoding.DecodeString(strings.NewReplacer("\n", "", "\r", "").Replace(text))
		return err == nil && sha256.Sum256(data) == sha256.Sum256(file.Data)
	})
}

// sameText compares what was stored with what was sent. Portals change line
// ends, trim, and escape what HTML gives a meaning, which loses nothing.
func sameText(got, want string) bool {
	normal := func(s string) string {
		return strings.TrimSpace(strings.ReplaceAll(html.UnescapeString(s), "\r\n", "\n"))
	}
	return normal(got) == normal(want)
}
