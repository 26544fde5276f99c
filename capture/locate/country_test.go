package locate

import (
	"strings"
	"testing"
)

func TestParseCountry(t *testing.T) {
	for _, test := range []struct{ setting, want, hint string }{
		{"BR", "BR", ""},
		{" br\n", "BR", ""},
		{"xk", "XK", ""},
		{"BRA", "", "did you mean BR?"},
		{"uk", "", "did you mean GB?"},
		{"076", "", "did you mean BR?"},
		{"EU", "", "write two letters"},
		{"ZZ", "", "write two letters"},
		{"AN", "", "is no country code"},
		{"Brasil", "", "write two letters"},
		{"", "", "write two letters"},
		{"R ", "", "write two letters"},
		{"B\x1b[2J", "", `"B\x1b[2J"`},
	} {
		got, err := ParseCountry(test.setting)
		if got != test.want {
			t.Errorf("ParseCountry(%q) = %q, want %q", test.setting, got, test.want)
		}
		if test.hint == "" && err != nil {
			t.Errorf("ParseCountry(%q): %v", test.setting, err)
		}
		if test.hint != "" && (err == nil || !strings.Contains(err.Error(), test.hint)) {
			t.Errorf("ParseCountry(%q) fails with %v, want %q in it", test.setting, err, test.hint)
		}
	}
}

func TestCountryCodes(t *testing.T) {
	codes := strings.Fields(countryCodes)
	if len(codes) != 250 {
		t.Errorf("%d codes, want the 249 of ISO 3166-1 and XK", len(codes))
	}
	for i, code := range codes {
		if i > 0 && codes[i-1] >= code {
			t.Errorf("%s stands after %s", code, codes[i-1])
		}
		if !isCountry(code) {
			t.Errorf("%s is no country", code)
		}
	}
}
