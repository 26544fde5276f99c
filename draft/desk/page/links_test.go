package page

import "testing"

func TestWebLink(t *testing.T) {
	for in, want := range map[string]string{
		"https://x.example/1": "https://x.example/1", "http://x.example": "http://x.example", "javascript:alert(1)": "", "": "", "//x.example": "", "data:text/html,x": "", "https:": "",
	} {
		if got := webLink(in); got != want {
			t.Errorf("webLink(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"/home/ana/ca.pem": "/home/ana/ca.pem", "/a b": "'/a b'", "it's": `'it'\''s'`, "$(x)": "'$(x)'", "": "''", "a\nb": "'a\nb'", "~x": "'~x'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("shellWord(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestLocalPath(t *testing.T) {
	for next, want := range map[string]string{
		"": "/", "/": "/", "/drafts/d-1?x=y": "/drafts/d-1?x=y", "https://evil.example/": "/", "//evil.example": "/",
		`/\evil.example`: "/", "/\t/evil.example": "/", "javascript:alert(1)": "/", "/login?token=x": "/",
	} {
		if got := localPath(next); got != want {
			t.Errorf("localPath(%q) = %q, want %q", next, got, want)
		}
	}
}
