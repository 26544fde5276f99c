package steps_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/steps"
)

// parsed is one request of a .http file.
type parsed struct {
	Name, Line string
	Fields     []string
	Body       string
	// File is what the body is read from.
	File string
	// Acts are lines that an editor would run or compare with.
	Acts []string
}

// parseHTTPFile reads a .http file as its format says (HTTP Request in Editor, sections 3.1
// to 3.3: separators, comments, the request line, fields, and the message body with
// inclusions and handlers).
func parseHTTPFile(file string) (all []parsed, comments []string) {
	var r *parsed
	state := "line"
	for line := range strings.SplitSeq(strings.TrimSuffix(file, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "###"):
			all = append(all, parsed{Name: strings.TrimSpace(line[3:])})
			r, state = &all[len(all)-1], "line"
		case state != "body" && (strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//")):
			comments = append(comments, line)
		case r == nil:
		case state == "line" && strings.TrimSpace(line) != "":
			r.Line, state = line, "fields"
		case state == "fields" && line == "":
			state = "body"
		case state == "fields":
			r.Fields = append(r.Fields, line)
		case state == "body" && strings.HasPrefix(line, "< "):
			r.File = strings.TrimPrefix(line, "< ")
		case state == "body" && (strings.HasPrefix(line, ">") || strings.HasPrefix(line, "<>") || strings.HasPrefix(line, "<@")):
			r.Acts = append(r.Acts, line)
		case state == "body":
			r.Body += line + "\n"
		}
	}
	for i := range all {
		all[i].Body = strings.TrimRight(all[i].Body, "\n")
	}
	return all, comments
}

func TestHTTPFileIsWhatAnEditorReads(t *testing.T) {
	p, _ := steps.Of(evidence(flow("https://api.bank.example")))
	got, _ := parseHTTPFile(p.HTTPFile(draft.English))
	want := []parsed{
		{Name: "1. POST https://api.bank.example/oauth/token", Line: "POST https://api.bank.example/oauth/token HTTP/1.1", Fields: []string{"Content-Type: application/json"},
			Body: `{"client_id":"loja","client_secret":"{{SECRET}}"}`},
		{Name: "2. POST https://api.bank.example/v1/charges", Line: "POST https://api.bank.example/v1/charges HTTP/1.1",
			Fields: []string{"Content-Type: application/json", "Authorization: Bearer {{ACCESS_TOKEN_1}}"}, Body: `{"cpf":"{{CPF}}"}`},
		{Name: "3. POST https://api.bank.example/v1/charges/chg_7f3a9b/capture", Line: "POST https://api.bank.example/v1/charges/{{CHARGE_ID_2}}/capture?trace={{TOKEN}} HTTP/1.1",
			Fields: []string{"Content-Type: application/json", "Authorization: Bearer {{ACCESS_TOKEN_1}}", "Cookie: session={{SESSION_2}}"}, Body: `{"cpf":"{{CPF}}"}`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Whatever the calls hold, a .http file has as many requests as there are calls, at the
// addresses of the calls, with nothing that an editor would do besides.
func TestNothingInACallActsInAnHTTPFile(t *testing.T) {
	for _, hostile := range []string{
		"\n###\nGET https://evil.example/", "\n< /etc/passwd", "< /etc/passwd", "\n> {% client.exec() %}", "{{$dotenv SECRET}}", "\n\nx", "\r\n\r\n### y", "\u2028### z", "\n# @no-log", "\n// x", "<@ /etc/passwd", "\n<> x.json", "{{host}}",
	} {
		f := flow("https://api.bank.example")
		f.Before[0].Exchange.Request = json("POST", "https://api.bank.example/oauth/token?x="+hostile, hostile, "X-"+hostile, hostile, "X-Field", hostile)
		f.Exchange.Request = json("POST", "https://api.bank.example/v1/x"+hostile, `{"a":"`+hostile+`"}`, "X-Field", hostile)
		f.Before[0].Links = []capture.Link{{From: "response.body/access_token", To: "request.header.Authorization", ToID: "4"}}
		p, _ := steps.Of(evidence(f))
		got, comments := parseHTTPFile(p.HTTPFile(draft.Portuguese))
		if len(got) != len(p.Calls) {
			t.Errorf("%q: %d requests for %d calls", hostile, len(got), len(p.Calls))
		}
		for i, r := range got {
			if !strings.HasPrefix(r.Line, "POST https://api.bank.example/") || len(r.Acts) > 0 || r.File != "" && r.File != "./"+p.BodyFile(i) {
				t.Errorf("%q: %+v", hostile, r)
			}
			for _, part := range append(r.Fields, r.Line, r.Body) {
				if strings.Contains(part, "{{$") || strings.Contains(part, "{{host}}") {
					t.Errorf("%q: an editor would fill in %q", hostile, part)
				}
			}
		}
		for _, c := range comments {
			if strings.Contains(c, "@no-log") {
				t.Errorf("%q: the comment %q tells the editor what to do", hostile, c)
			}
		}
	}
}
