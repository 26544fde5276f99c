package main

import "testing"

func TestNames(t *testing.T) {
	for code, want := range map[string][2]string{
		"BR": {"Brazil", "Brasil"},
		"CV": {"Cabo Verde", "Cabo Verde"},
		"CZ": {"Czechia", "Tchéquia"},
		"MD": {"Moldova", "Moldova"},
		"MK": {"North Macedonia", "Macedônia do Norte"},
		"NL": {"Netherlands", "Países Baixos"},
		"SZ": {"Eswatini", "Essuatíni"},
		"TR": {"Türkiye", "Turquia"},
		"XK": {"Kosovo", "Kosovo"},
	} {
		english, portuguese, err := names(code)
		if got := [2]string{english, portuguese}; got != want || err != nil {
			t.Errorf("%s is called %q (%v), want %q", code, got, err, want)
		}
	}
}

func TestNamesRefusesWhatIsNoCountry(t *testing.T) {
	for _, code := range []string{"", "br", "BRA", "076", "ZZ", "EU", "SU", "??"} {
		if english, portuguese, err := names(code); err == nil {
			t.Errorf("%q is called %q, %q", code, english, portuguese)
		}
	}
}
