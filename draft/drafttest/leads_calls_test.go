package drafttest_test

import . "flagrante/draft/drafttest"

func each(f func(Call) Call, calls ...Call) []Call {
	var all []Call
	for _, c := range calls {
		all = append(all, f(c))
	}
	return all
}

func page(status int, body string) func(Call) Call {
	return func(c Call) Call {
		c = but(c, status, body)
		c.Type = "text/html; charset=utf-8"
		return c
	}
}

// moved is an answer that sends elsewhere.
func moved(c Call, to string) Call {
	c = page(302, "")(c)
	c.Answered = []string{"Location", to}
	return c
}

func said401(c Call) Call {
	return but(c, 401, `{"code":"UNAUTHORIZED","message":"Credentials are not valid"}`)
}
