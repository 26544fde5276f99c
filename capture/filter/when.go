package filter

import (
	"strings"
	"time"
)

// when reads a time. What names a day, a month or a minute means all of it, from
// its beginning to the time after it; other times mean one instant, which is both.
func when(text string, now time.Time, zone *time.Location) (from, after time.Time, ok bool) {
	now = now.In(zone)
	if ago, ok := duration(text); ok {
		return now.Add(-ago), now.Add(-ago), true
	}
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	switch strings.ToLower(text) {
	case "now", "agora":
		return now, now, true
	case "today", "hoje":
		return midnight, midnight.AddDate(0, 0, 1), true
	case "yesterday", "ontem":
		return midnight.AddDate(0, 0, -1), midnight, true
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil && sensible(t) {
		return t, t, true
	}
	for _, form := range forms() {
		t, err := time.ParseInLocation(form.layout, text, zone)
		if err != nil || !form.timeOnly && !sensible(t) {
			continue
		}
		if form.timeOnly {
			t = time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
		}
		return t, form.after(t), true
	}
	return time.Time{}, time.Time{}, false
}

// sensible keeps to the years in which microseconds since 1970 fit.
func sensible(t time.Time) bool { return t.Year() >= 1900 && t.Year() < 2200 }

// form is a way to write a time.
type form struct {
	layout   string
	timeOnly bool
	after    func(time.Time) time.Time
}

// forms are the ways to write times without a zone. Slashes are in the order of
// Brazil.
func forms() []form {
	month := func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
	day := func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	minute := func(t time.Time) time.Time { return t.Add(time.Minute) }
	second := func(t time.Time) time.Time { return t.Add(time.Second) }
	return []form{
		{"2006-01-02", false, day}, {"2006-01-02T15:04", false, minute}, {"2006-01-02T15:04:05", false, second},
		{"2006-01-02 15:04", false, minute}, {"2006-01-02 15:04:05", false, second}, {"2006-01", false, month},
		{"02/01/2006", false, day}, {"02/01/2006T15:04", false, minute}, {"02/01/2006 15:04", false, minute}, {"02/01/2006 15:04:05", false, second},
		{"15:04", true, minute}, {"15:04:05", true, second},
	}
}
