package export

import (
	"context"
	"net/http"
	"slices"
)

// exchange sends a request. Where the portal does not know any more who signed in, that
// is done once more: what it refuses for this it surely did not do.
func (j *job) exchange(ctx context.Context, s Step, out Request) (*reply, found, verdict) {
	answer, f, v := j.once(ctx, s, out)
	if answer == nil || s.Do == doAuth || !j.portal.recipe.Can(doAuth) || answer.status != http.StatusUnauthorized && !s.ledAway(answer) {
		return answer, f, v
	}
	file := j.file
	j.file = nil
	signedIn := j.auth(ctx)
	j.file = file
	if signedIn.ending != done {
		return answer, f, v
	}
	out, err := j.build(s)
	if err != nil {
		return answer, f, v
	}
	return j.once(ctx, s, out)
}

func (j *job) once(ctx context.Context, s Step, out Request) (*reply, found, verdict) {
	if s.Do == doCreate {
		// A create that is broken off in the middle leaves nobody knowing whether
		// there is a ticket.
		ctx = context.WithoutCancel(ctx)
	}
	answer, connected, err := j.portal.send(ctx, out)
	if err != nil {
		return nil, found{}, j.lost(err, connected)
	}
	if !slices.Contains(s.OK, answer.status) || s.ledAway(answer) {
		return answer, found{}, j.judge(s, answer)
	}
	f, err := s.read(answer, j.values)
	if err != nil {
		return answer, f, j.misread(s, answer, err)
	}
	if pointer, bad := s.unmet(f); bad {
		text := j.x.say("portal.unmet", "status", itoa(answer.status), "where", pointer) + j.portalSaid(answer)
		return answer, f, verdict{ending: refused, text: text}
	}
	return answer, f, verdict{}
}

// ledAway reports whether an answer leads to where people sign in, and to nothing that was
// asked for: the portal does not know who asks.
func (s Step) ledAway(r *reply) bool {
	return s.Do != doAuth && r.leadsToSignIn() && len(s.capture(r, found{})) == 0
}

// auth does the auth steps; what they capture is a secret of this run alone.
func (j *job) auth(ctx context.Context) verdict {
	for _, s := range j.portal.recipe.Steps {
		if s.Do != doAuth || j.skipped(s) {
			continue
		}
		answer, f, v := j.ask(ctx, s)
		if v.ending != done {
			return v
		}
		captured := s.capture(answer, f)
		for _, name := range names(s.Capture) {
			if captured[name] == "" {
				return verdict{ending: refused, text: j.x.say("portal.auth_empty", "where", name)}
			}
			j.secrets[name] = oneLine(captured[name])
		}
	}
	return verdict{}
}
