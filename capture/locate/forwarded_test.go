package locate

import (
	"net/netip"
	"strings"
	"testing"

	"flagrante/proxy"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestForwardedFor(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"none", nil, ""},
		{"one", []string{"for=192.0.2.60;proto=http;by=203.0.113.43"}, "192.0.2.60"},
		{"any case", []string{`For="[2001:db8:cafe::17]:4711"`}, "2001:db8:cafe::17"},
		{"several", []string{"for=192.0.2.43, for=198.51.100.17"}, "192.0.2.43 198.51.100.17"},
		{"several lines", []string{"for=192.0.2.43", "for=198.51.100.17"}, "192.0.2.43 198.51.100.17"},
		{"port", []string{`for="192.0.2.43:47011"`}, "192.0.2.43"},
		{"obfuscated port", []string{`for="192.0.2.43:_gw-1"`}, "192.0.2.43"},
		{"unquoted IPv6", []string{"for=[2001:db8::1]:80"}, "2001:db8::1"},
		{"mapped IPv4", []string{`for="[::ffff:192.0.2.1]"`}, "192.0.2.1"},
		{"escaped", []string{`for="192\.0.2.1"`}, "192.0.2.1"},
		{"unknown", []string{"for=unknown, for=192.0.2.1"}, "? 192.0.2.1"},
		{"obfuscated", []string{"for=_hidden, for=_SEVKISEK"}, "? ?"},
		{"no for", []string{"by=203.0.113.43;proto=https"}, "?"},
		{"for twice", []string{"for=192.0.2.1;for=192.0.2.2"}, "?"},
		{"empty elements", []string{" , ,for=192.0.2.1;;,"}, "192.0.2.1"},
		{"comma in quotes", []string{`host="a,for=192.0.2.9";for=192.0.2.1`}, "192.0.2.1"},
		{"bad neighbour", []string{`for=192.0.2.1;host="a"b`}, "?"},
		{"space before the value", []string{"for= 192.0.2.1"}, "?"},
		{"no value", []string{"for"}, "?"},
		{"open quote", []string{`for="192.0.2.1`}, "?"},
		{"open quote swallows what was added", []string{`for=192.0.2.66;host="a, for="192.0.2.1"`}, "?"},
		{"open quote ends with its line", []string{`for="192.0.2.66`, "for=192.0.2.1"}, "? 192.0.2.1"},
		{"escape at the end", []string{`for="192.0.2.1\`}, "?"},
		{"too long", []string{strings.Repeat("for=192.0.2.1,", 1000)}, "?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := forwardedFor(fieldLines("forwarded", test.lines))
			if diff := cmp.Diff(test.want, show(got)); diff != "" {
				t.Errorf("hops differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestXForwardedFor(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"none", nil, ""},
		{"several", []string{"192.0.2.1, 198.51.100.2,\t203.0.113.3"}, "192.0.2.1 198.51.100.2 203.0.113.3"},
		{"several lines", []string{"192.0.2.1", "198.51.100.2"}, "192.0.2.1 198.51.100.2"},
		{"ports", []string{"192.0.2.1:80, [2001:db8::1]:443"}, "192.0.2.1 2001:db8::1"},
		{"IPv6", []string{"2001:db8::1, [2001:db8::2]"}, "2001:db8::1 2001:db8::2"},
		{"mapped IPv4", []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		{"empty parts", []string{", ,192.0.2.1,"}, "192.0.2.1"},
		{"names and noise", []string{"unknown, _x, localhost, 192.0.2, 192.0.2.1.1"}, "? ? ? ? ?"},
		{"bad ports", []string{"192.0.2.1:, 192.0.2.1:123456, 192.0.2.1:8a, [2001:db8::1]80, 192.0.2.1:_"}, "? ? ? ? ?"},
		{"bad brackets", []string{"[192.0.2.1], [2001:db8::1, 2001:db8::1]"}, "? ? ?"},
		{"zone", []string{"fe80::1%eth0"}, "?"},
		{"too long", []string{strings.Repeat("192.0.2.1,", 1000)}, "?"},
		{"too many lines", []string{strings.Repeat("192.0.2.1,", 500), strings.Repeat("192.0.2.1,", 500)}, "?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := xForwardedFor(fieldLines("X-FORWARDED-FOR", test.lines))
			if diff := cmp.Diff(test.want, show(got)); diff != "" {
				t.Errorf("hops differ (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzHops holds that hostile lists neither crash nor give addresses that
// could not be looked up, and that what a trusted hop adds on a line of its own
// is always found.
func FuzzHops(f *testing.F) {
	f.Add(`for="[2001:db8::1]:_x";host="a\"b", for=unknown`)
	f.Add("192.0.2.1:80, [::1], unknown")
	f.Add(`for="\`)
	added := netip.MustParseAddr("198.51.100.7")
	f.Fuzz(func(t *testing.T, line string) {
		for name, got := range map[string]hops{
			"Forwarded":       forwardedFor(fieldLines("Forwarded", []string{line, "for=198.51.100.7"})),
			"X-Forwarded-For": xForwardedFor(fieldLines("X-Forwarded-For", []string{line, "198.51.100.7"})),
		} {
			if len(line) > forwardedLimit {
				if !cmp.Equal(got, hops{{}}, cmpopts.EquateComparable(netip.Addr{})) {
					t.Errorf("%s: %d hops of a list over the limit", name, len(got))
				}
				continue
			}
			if len(got) == 0 || len(line) <= forwardedLimit-20 && got[len(got)-1] != added {
				t.Errorf("%s: the last hop of %q is lost: %s", name, line, show(got))
			}
			for _, hop := range got {
				if hop.Zone() != "" || hop.Is4In6() {
					t.Errorf("%s: hop %s of %q is not plain", name, hop, line)
				}
			}
		}
	})
}

func fieldLines(name string, lines []string) proxy.Fields {
	var fields proxy.Fields
	for _, line := range lines {
		fields = append(fields, proxy.Field{Name: name, Value: line})
	}
	return fields
}

// show writes hops with a question mark for the unknown ones.
func show(list hops) string {
	var words []string
	for _, hop := range list {
		if hop.IsValid() {
			words = append(words, hop.String())
		} else {
			words = append(words, "?")
		}
	}
	return strings.Join(words, " ")
}
