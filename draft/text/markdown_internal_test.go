package text

import "testing"

func TestEscape(t *testing.T) {
	tests := []struct{ in, want string }{
		{"América/São_Paulo", "América/São_Paulo"},
		{"America/Sao_Paulo (UTC-03:00)", "America/Sao_Paulo (UTC-03:00)"},
		{"_a_ b_", `\_a\_ b\_`},
		{"<b>&amp;`x`", "\\<b\\>\\&amp;\\`x\\`"},
		{"[a](b) ![c]", `\[a\](b) \!\[c\]`},
		{"https://x www.x @team #1", `https\://x www\.x \@team \#1`},
		{`a\b*c`, `a\\b\*c`},
	}
	for _, tt := range tests {
		if got := escape(tt.in); got != tt.want {
			t.Errorf("escape(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestLinesAreNoCommands(t *testing.T) {
	for want, l := range map[string]line{
		`\/close`: {{text: "/close"}}, "`/close`": {{text: "/close", style: styleCode}}, `a/close`: {{text: "a"}, {text: "/close"}}, `\/assign \@ana`: {{text: "/assign @ana"}},
	} {
		if got := l.markdown(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCodeSpan(t *testing.T) {
	tests := []struct{ in, want string }{
		{"a", "`a`"},
		{"a`b", "``a`b``"},
		{"`a``", "``` `a`` ```"},
		{" a ", "`  a  `"},
		{"", `""`},
		{"  ", `"  "`},
	}
	for _, tt := range tests {
		if got := codeSpan(tt.in); got != tt.want {
			t.Errorf("codeSpan(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
