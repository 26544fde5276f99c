package words

import (
	_ "embed"
	"strconv"
	"strings"
	"time"

	"flagrante/draft"
)

// Time says t with its date, milliseconds, zone name and offset, as people of
// lang write it. A nil zone means UTC.
func Time(lang draft.Lang, t time.Time, zone *time.Location) string {
	if zone == nil || zone == time.UTC {
		return t.UTC().Format(layout(lang)) + " UTC"
	}
	t = t.In(zone)
	return t.Format(layout(lang)) + " (" + zone.String() + ", UTC" + t.Format("-07:00") + ")"
}

// Clock says the time of day of t in a zone, with seconds, and the day before it where
// that is asked for. A nil zone means UTC.
func Clock(lang draft.Lang, t time.Time, zone *time.Location, day bool) string {
	if zone == nil {
		zone = time.UTC
	}
	layout := time.TimeOnly
	switch {
	case day && lang == draft.English:
		layout = time.DateTime
	case day:
		layout = "02/01 15:04:05"
	}
	return t.In(zone).Format(layout)
}

func layout(lang draft.Lang) string {
	if lang == draft.English {
		return "2006-01-02 15:04:05.000"
	}
	return "02/01/2006 15:04:05.000"
}

// Duration says how long d was, in milliseconds below a second and in seconds
// from there on.
func Duration(lang draft.Lang, d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return decimal(lang, d.Seconds()*1e3, 2) + " ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	}
	return number(lang, strings.TrimSuffix(strconv.FormatFloat(d.Seconds(), 'f', 2, 64), ".00")) + " s"
}

// instant says a time to the second, in the zone in which it is written; what is no time
// (RFC 3339) stays as it is.
func instant(lang draft.Lang, v string) string {
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return v
	}
	said, zone := t.Format(strings.TrimSuffix(layout(lang), ".000")), "UTC"
	if _, offset := t.Zone(); offset != 0 {
		zone = "(UTC" + t.Format("-07:00") + ")"
	}
	return said + " " + zone
}

// milliseconds says a duration that is a whole number of milliseconds; what is no
// number stays as it is.
func milliseconds(lang draft.Lang, v string) string {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return v
	}
	return Duration(lang, time.Duration(n)*time.Millisecond)
}

// Span says roughly how long a stretch of time was, in its two greatest units; below a
// second in milliseconds.
func Span(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "< 1 ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	}
	seconds := int64(d.Round(time.Second) / time.Second)
	units := []struct {
		name string
		size int64
	}{{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}}
	var parts []string
	for _, u := range units {
		n := seconds / u.size
		seconds %= u.size
		if n > 0 && len(parts) < 2 {
			parts = append(parts, strconv.FormatInt(n, 10)+" "+u.name)
		}
	}
	return strings.Join(parts, " ")
}

// Bytes says n with a unit (1 KiB is 1,024 bytes), and above 1 KiB also
// exactly.
func Bytes(lang draft.Lang, n int64) string {
	exact := strconv.FormatInt(n, 10) + " bytes"
	switch {
	case n == 1:
		return "1 byte"
	case n < 1<<10:
		return exact
	case n < 1<<20:
		return decimal(lang, float64(n)/(1<<10), 1) + " KiB (" + exact + ")"
	}
	return decimal(lang, float64(n)/(1<<20), 1) + " MiB (" + exact + ")"
}

func decimal(lang draft.Lang, v float64, digits int) string {
	return number(lang, strconv.FormatFloat(v, 'f', digits, 64))
}

// number writes the decimal point of v as people of lang do.
func number(lang draft.Lang, v string) string {
	if lang == draft.English {
		return v
	}
	return strings.Replace(v, ".", ",", 1)
}

// countries has a line for each country, below a heading: its ISO 3166-1 alpha-2 code, its name in
// English and in Portuguese, with tabs between. The names are those of CLDR 32, by
// golang.org/x/text, but for countries that have another one since: that package makes
// its tables of all languages whenever a program starts.
//
//go:embed countries.txt
var countries string

// Country returns the name in lang of the country with the ISO 3166-1 alpha-2
// code, or the code itself when there is no such country.
func Country(lang draft.Lang, code string) string {
	_, rest, ok := strings.Cut(countries, "\n"+code+"\t")
	if !ok {
		return code
	}
	line, _, _ := strings.Cut(rest, "\n")
	inEnglish, inPortuguese, _ := strings.Cut(line, "\t")
	if lang == draft.English {
		return inEnglish
	}
	return inPortuguese
}
