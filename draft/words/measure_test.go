package words

import (
	"testing"
	"time"
	_ "time/tzdata" // the zone must be there on any machine

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"flagrante/draft"
)

func TestTime(t *testing.T) {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 23, 1, 2, 3, 45e6, time.UTC)
	tests := []struct {
		lang draft.Lang
		zone *time.Location
		want string
	}{
		{draft.Portuguese, zone, "22/11/2026 22:02:03.045 (America/Sao_Paulo, UTC-03:00)"},
		{draft.English, zone, "2026-11-22 22:02:03.045 (America/Sao_Paulo, UTC-03:00)"},
		{draft.Portuguese, time.UTC, "23/11/2026 01:02:03.045 UTC"},
		{draft.English, nil, "2026-11-23 01:02:03.045 UTC"},
	}
	for _, tt := range tests {
		if got := Time(tt.lang, at, tt.zone); got != tt.want {
			t.Errorf("Time(%s, %v) = %q, want %q", tt.lang, tt.zone, got, tt.want)
		}
	}
}

func TestDuration(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0,00 ms"},
		{1234 * time.Microsecond, "1 ms"},
		{250 * time.Microsecond, "0,25 ms"},
		{999 * time.Millisecond, "999 ms"},
		{30*time.Second + 5*time.Millisecond, "30 s"},
	}
	for _, tt := range tests {
		if got := Duration(draft.Portuguese, tt.d); got != tt.want {
			t.Errorf("Duration(%v) = %q, want %q", tt.d, got, tt.want)
		}
	}
}

func TestSpan(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "< 1 ms"},
		{400 * time.Millisecond, "400 ms"},
		{999*time.Millisecond + 999*time.Microsecond, "999 ms"},
		{time.Second, "1 s"},
		{59 * time.Second, "59 s"},
		{3*time.Hour + 20*time.Minute + 4*time.Second, "3 h 20 min"},
		{49 * time.Hour, "2 d 1 h"},
		{24*time.Hour + time.Second, "1 d 1 s"},
	}
	for _, tt := range tests {
		if got := Span(tt.d); got != tt.want {
			t.Errorf("Span(%v) = %q, want %q", tt.d, got, tt.want)
		}
	}
}

func TestBytes(t *testing.T) {
	tests := []struct {
		n    int64
		want string
	}{
		{0, "0 bytes"},
		{1, "1 byte"},
		{1023, "1023 bytes"},
		{1536, "1.5 KiB (1536 bytes)"},
		{3 << 20, "3.0 MiB (3145728 bytes)"},
	}
	for _, tt := range tests {
		if got := Bytes(draft.English, tt.n); got != tt.want {
			t.Errorf("Bytes(%d) = %q, want %q", tt.n, got, tt.want)
		}
	}
}

func TestCountry(t *testing.T) {
	tests := []struct {
		lang       draft.Lang
		code, want string
	}{
		{draft.Portuguese, "BR", "Brasil"},
		{draft.English, "BR", "Brazil"},
		{draft.Portuguese, "US", "Estados Unidos"},
		{draft.English, "TR", "Türkiye"},
		{draft.English, "SZ", "Eswatini"},
		{draft.English, "MK", "North Macedonia"},
		{draft.English, "not a code", "not a code"},
		{draft.English, "419", "419"},
	}
	for _, tt := range tests {
		if got := Country(tt.lang, tt.code); got != tt.want {
			t.Errorf("Country(%s, %q) = %q, want %q", tt.lang, tt.code, got, tt.want)
		}
	}
}

// TestCountriesHaveTheNamesOfCLDR compares the table with golang.org/x/text, where no
// country was renamed since.
func TestCountriesHaveTheNamesOfCLDR(t *testing.T) {
	renamed := map[string]bool{"CV": true, "MD": true, "MK": true, "MO": true, "NL": true, "SZ": true, "TR": true}
	english, portuguese := display.Regions(language.English), display.Regions(language.BrazilianPortuguese)
	seen := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			region, err := language.ParseRegion(code)
			if err != nil || !region.IsCountry() || english.Name(region) == "" || renamed[code] {
				continue
			}
			seen++
			if got, want := Country(draft.English, code), english.Name(region); got != want {
				t.Errorf("%s in English: got %q, want %q", code, got, want)
			}
			if got, want := Country(draft.Portuguese, code), portuguese.Name(region); got != want {
				t.Errorf("%s in Portuguese: got %q, want %q", code, got, want)
			}
		}
	}
	if seen < 249 {
		t.Errorf("%d countries were compared", seen)
	}
}
