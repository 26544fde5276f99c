package export

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

func (r *Recipe) check() error {
	return errors.Join(r.checkHead(), r.checkValues(), r.checkSteps())
}

func (r *Recipe) checkHead() error {
	var errs []error
	if r.Name == "" {
		errs = append(errs, errors.New("name: is empty"))
	}
	if !slices.Contains(contents(), r.Text) {
		errs = append(errs, fmt.Errorf("text: %q is not one of %s", r.Text, strings.Join(contents(), ", ")))
	}
	if err := checkTemplate(r.Link, []string{"base", "ticket"}); err != nil {
		errs = append(errs, fmt.Errorf("link: %w", err))
	}
	for _, name := range r.Require {
		if !slices.Contains(r.variables(), name) {
			errs = append(errs, fmt.Errorf("require: there is no variable %q", name))
		}
	}
	return errors.Join(errs...)
}

func (r *Recipe) checkValues() error {
	var errs []error
	for name, value := range r.Values {
		if !slices.Contains(draftVariables(), value.From) {
			errs = append(errs, fmt.Errorf("values: %s: a draft has no %q", name, value.From))
		}
	}
	return errors.Join(errs...)
}

// checkSteps holds the order on which the engine relies: one create that
// captures the ticket, and then nothing but reading back.
func (r *Recipe) checkSteps() error {
	if len(r.Steps) == 0 || r.Steps[0].Do != doCreate || r.Steps[0].Capture["ticket"] == "" {
		return errors.New("steps: the first one must be a create that captures ticket")
	}
	var errs []error
	for i, step := range r.Steps {
		names := r.variables()
		if i > 0 {
			names = append(names, "ticket")
		}
		if i > 0 && step.Do != doVerify {
			errs = append(errs, fmt.Errorf("step %d: do: %q is not verify", i+1, step.Do))
		}
		if err := step.check(names); err != nil {
			errs = append(errs, fmt.Errorf("step %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}

// check reports what is wrong with a step that may use names. The secret may
// stand in header fields only: never in an address or a body, which are shown.
func (s Step) check(names []string) error {
	errs := []error{checkTemplate(s.Path, names), checkTree(s.JSON, names)}
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut}, s.Method) {
		errs = append(errs, fmt.Errorf("method: %q is not GET, POST or PUT", s.Method))
	}
	if !strings.HasPrefix(s.Path, "/") {
		errs = append(errs, fmt.Errorf("path: %q does not begin with a slash", s.Path))
	}
	if len(s.OK) == 0 {
		errs = append(errs, errors.New("ok: is empty"))
	}
	for _, value := range s.Query {
		errs = append(errs, checkTemplate(value, names))
	}
	for _, value := range s.Header {
		errs = append(errs, checkTemplate(value, append([]string{"secret"}, names...)))
	}
	for _, c := range s.Compare {
		errs = append(errs, checkTemplate(c.Want, names))
	}
	return errors.Join(errs...)
}
