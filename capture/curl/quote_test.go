package curl

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// word reads one quoted word as a shell does, for the forms that quote writes.
func word(t *testing.T, s string) string {
	t.Helper()
	var b strings.Builder
	if rest, ok := strings.CutPrefix(s, `"$(printf '`); ok {
		format, rest, ok := strings.Cut(rest, `')"`)
		if !ok || strings.Contains(format, "'") {
			t.Fatalf("not quoted: %q", s)
		}
		b.WriteString(strings.TrimRight(printf(t, format), "\n"))
		s = rest
	}
	for s != "" {
		inside, rest, ok := strings.Cut(strings.TrimPrefix(s, "'"), "'")
		if !strings.HasPrefix(s, "'") || !ok {
			t.Fatalf("not quoted: %q", s)
		}
		b.WriteString(inside)
		if s = rest; strings.HasPrefix(s, `\'`) {
			b.WriteByte('\'')
			s = s[2:]
		}
	}
	return b.String()
}

// printf prints a format without conversions.
func printf(t *testing.T, s string) string {
	t.Helper()
	var b strings.Builder
	for s != "" {
		switch {
		case strings.HasPrefix(s, "%%"):
			b.WriteByte('%')
			s = s[2:]
		case s[0] == '%' || b.Len() == 0 && s[0] == '-':
			t.Fatalf("a conversion, or an option: %q", s)
		case s[0] != '\\':
			b.WriteByte(s[0])
			s = s[1:]
		case s[1] >= '0' && s[1] <= '7':
			n, err := strconv.ParseUint(s[1:4], 8, 8)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteByte(byte(n))
			s = s[4:]
		default:
			b.WriteString(strings.NewReplacer("n", "\n", "r", "\r", "t", "\t").Replace(s[1:2]))
			s = s[2:]
		}
	}
	return b.String()
}

func TestQuoteKeepsEveryByte(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []string{"'", `\`, "$", "`", "!", "\n", "\r", "\t", "\x1b", "\xff", "é", "\u202e", "\u2028", "a", "0", "7", "%", "\"", " ", "@", "-", "~"}
	for range 5000 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(alphabet[random.IntN(len(alphabet))])
		}
		quoted := quote(b.String())
		if got := word(t, quoted); got != b.String() {
			t.Fatalf("%q became %s, which is %q", b.String(), quoted, got)
		}
		if i := strings.IndexFunc(strings.TrimRight(strings.TrimSuffix(quoted, "'"), "\n"), hidden); i >= 0 {
			t.Fatalf("%q became %q", b.String(), quoted)
		}
	}
}

func TestQuoteDropsNUL(t *testing.T) {
	if got := quote("a\x00b"); got != "'ab'" {
		t.Error(got)
	}
}
