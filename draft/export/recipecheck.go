package export

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// mistake is what is wrong with a recipe, and where in it.
type mistake struct {
	path []any
	text string
}

// within returns list with more at its end, and leaves list alone.
func within[T any](list []T, more ...T) []T { return append(slices.Clip(list), more...) }

func templateMistake(path []any, s string, names []string) []mistake {
	if text := checkTemplate(s, names); text != "" {
		return []mistake{{path, text}}
	}
	return nil
}

// valueMistake checks a text that may use names, and besides be nothing but one of those
// that are secrets: within a longer text, people would come to read it.
func valueMistake(path []any, s string, names, alone []string) []mistake {
	for _, p := range pieces(s) {
		switch {
		case !slices.Contains(alone, p.name):
		case s == "{"+p.name+"}":
			return nil
		default:
			return []mistake{{path, fmt.Sprintf("%q uses {%s} within a text: here a secret is the whole of a value or of a part of the path", s, p.name)}}
		}
	}
	return templateMistake(path, s, names)
}

func (r *Recipe) check() []mistake {
	return slices.Concat(r.checkHead(), r.checkNames(), r.checkValues(), r.checkShared(), r.checkMail(), r.checkSteps())
}

func (r *Recipe) checkHead() (found []mistake) {
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`).MatchString(r.Name) {
		found = append(found, mistake{[]any{"name"}, fmt.Sprintf("name: %q: a name has small letters, digits and hyphens", r.Name)})
	}
	if !slices.Contains(contents(), r.Text) {
		found = append(found, mistake{[]any{"text"}, fmt.Sprintf("text: %q is not one of %s", r.Text, strings.Join(contents(), ", "))})
	}
	if !slices.Contains([]string{"", "characters", "bytes"}, r.Limits.Unit) {
		found = append(found, mistake{[]any{"limits", "unit"}, fmt.Sprintf("limits: unit: %q is neither characters nor bytes", r.Limits.Unit)})
	}
	for _, n := range []int{r.Limits.Title, r.Limits.Text, r.Limits.Request, r.Limits.File, r.Limits.Files} {
		if n < 0 {
			found = append(found, mistake{[]any{"limits"}, "limits: a limit is less than nothing"})
		}
	}
	return slices.Concat(found,
		templateMistake([]any{"link"}, r.Link, within(r.variables(), append([]string{"ticket"}, r.captured(doCreate, doAwait, doLookup)...)...)),
		templateMistake([]any{"form"}, r.Form, r.variables()))
}

// checkNames holds that every variable has one meaning.
func (r *Recipe) checkNames() (found []mistake) {
	taken := append(draftVariables(), ownVariables()...)
	for _, name := range names(r.Settings) {
		if !isName(name) || slices.Contains(taken, name) {
			found = append(found, mistake{[]any{"settings", name}, fmt.Sprintf("settings: %q can't be the name of a setting: it is taken, or not of small letters and underscores", name)})
		}
	}
	for i, name := range r.Secrets {
		if !isName(name) || slices.Contains(append(names(r.Settings), taken...), name) {
			found = append(found, mistake{[]any{"secrets", i}, fmt.Sprintf("secrets: %q can't be the name of a secret: it is taken, or not of small letters and underscores", name)})
		}
	}
	for i, name := range r.Require {
		if !slices.Contains(r.variables(), name) {
			found = append(found, mistake{[]any{"require", i}, fmt.Sprintf("require: there is no variable %q", name)})
		}
	}
	return found
}

func (r *Recipe) checkValues() (found []mistake) {
	for _, name := range names(r.Values) {
		if !isName(name) {
			found = append(found, mistake{[]any{"values", name}, fmt.Sprintf("values: %q can't be the name of a variable", name)})
		}
		if from := r.Values[name].From; !slices.Contains(draftVariables(), from) {
			found = append(found, mistake{[]any{"values", name, "from"}, fmt.Sprintf("values: %s: a draft has no %q", name, from)})
		}
	}
	return found
}

// checkShared checks what holds for all steps.
func (r *Recipe) checkShared() (found []mistake) {
	open := within(r.variables(), r.private()...)
	for _, name := range names(r.Header) {
		found = append(found, headerMistake([]any{"header", name}, name, r.Header[name], within(open, "timestamp"))...)
	}
	found = append(found, r.Basic.check([]any{"basic"}, open)...)
	if s := r.Sign; s != nil {
		found = slices.Concat(found, templateMistake([]any{"sign", "key"}, s.Key, open),
			templateMistake([]any{"sign", "over"}, s.Over, within(r.variables(), "timestamp", "method", "path", "body")),
			headerMistake([]any{"sign", "header"}, s.Header, s.As, []string{"digest", "timestamp"}))
		if !strings.Contains(s.Over, "{body}") || !strings.Contains(s.As, "{digest}") {
			found = append(found, mistake{[]any{"sign"}, "sign: over must use {body}, and as must use {digest}"})
		}
		if !slices.Contains([]string{"", "base64"}, s.KeyEncoding) {
			found = append(found, mistake{[]any{"sign", "key_encoding"}, fmt.Sprintf("sign: key_encoding: %q is not base64", s.KeyEncoding)})
		}
		if !slices.Contains([]string{"", "hex", "base64"}, s.Encoding) {
			found = append(found, mistake{[]any{"sign", "encoding"}, fmt.Sprintf("sign: encoding: %q is neither hex nor base64", s.Encoding)})
		}
	}
	return found
}

func (b *Basic) check(path []any, names []string) []mistake {
	if b == nil {
		return nil
	}
	return slices.Concat(templateMistake(within(path, any("user")), b.User, names), templateMistake(within(path, any("password")), b.Password, names))
}

// headerMistake checks a field and its template. What frames a message is not for
// a recipe to say.
func headerMistake(path []any, name, value string, names []string) []mistake {
	found := templateMistake(path, value, names)
	if !regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+.^_|~-]+$`).MatchString(name) {
		found = append(found, mistake{path, fmt.Sprintf("%q is not the name of a header field", name)})
	}
	if slices.Contains([]string{"Host", "Content-Length", "Transfer-Encoding", "Connection"}, http.CanonicalHeaderKey(name)) {
		found = append(found, mistake{path, name + " is set by the program"})
	}
	return found
}

func (r *Recipe) checkMail() (found []mistake) {
	if r.Mail == nil {
		return nil
	}
	if len(r.Steps) > 0 {
		found = append(found, mistake{[]any{"steps"}, "a recipe that mails has no steps"})
	}
	for key, s := range map[string]string{"to": r.Mail.To, "subject": r.Mail.Subject} {
		found = append(found, templateMistake([]any{"mail", key}, s, r.variables())...)
		if s == "" {
			found = append(found, mistake{[]any{"mail"}, "mail: " + key + " is needed"})
		}
	}
	for _, name := range names(r.Mail.Header) {
		found = append(found, templateMistake([]any{"mail", "header", name}, r.Mail.Header[name], r.variables())...)
		if !strings.HasPrefix(name, "X-") {
			found = append(found, mistake{[]any{"mail", "header", name}, "mail: header: the name of a field of your own begins with X-"})
		}
	}
	return found
}

// checkSteps holds the order on which the engine relies.
func (r *Recipe) checkSteps() (found []mistake) {
	creates, last, made := 0, 0, slices.Index(deeds(), doCreate)
	if r.Can(doAwait) {
		made = slices.Index(deeds(), doAwait)
	}
	known := r.variables()
	private := r.secrets()
	for i, s := range r.Steps {
		at := []any{"steps", i}
		order := slices.Index(deeds(), s.Do)
		switch {
		case order < 0:
			found = append(found, mistake{within(at, any("do")), fmt.Sprintf("do: %q is not one of %s", s.Do, strings.Join(deeds(), ", "))})
			continue
		case order < last:
			found = append(found, mistake{within(at, any("do")), fmt.Sprintf("do: %s stands before it: the order is %s", deeds()[last], strings.Join(deeds(), ", "))})
		case s.Do == doCreate:
			creates++
		}
		last = max(last, order)
		if order > made {
			known = within(known, "ticket")
		}
		found = append(found, s.check(at, known, private, r.Can(doAwait))...)
		if s.Do == doAuth {
			private = within(private, names(s.Capture)...)
		} else {
			// Before it is made it may be captured, but there may be none.
			known = slices.DeleteFunc(within(known, names(s.Capture)...), func(name string) bool { return name == "ticket" && order < made })
		}
	}
	if r.Can(doStatus) && !slices.Contains(r.captured(doStatus), "state") {
		found = append(found, mistake{[]any{"steps"}, "steps: a status step must capture state"})
	}
	if creates != 1 && (len(r.Steps) > 0 || r.Mail == nil && r.Form == "") {
		found = append(found, mistake{[]any{"steps"}, "steps: there must be one create (or a form, or mail, and no steps)"})
	}
	return found
}
