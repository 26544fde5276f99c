package filter

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// whole reads a whole number.
func whole(text string) (from, to int64, ok bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, n, err == nil
}

// status reads a status such as 404, 40x or 5xx.
func status(text string) (from, to int64, ok bool) {
	if len(text) != 3 || !strings.Contains(text, "x") && !strings.Contains(text, "X") {
		return whole(text)
	}
	fill := func(digit string) (int64, bool) {
		n, err := strconv.ParseInt(strings.NewReplacer("x", digit, "X", digit).Replace(text), 10, 64)
		return n, err == nil && n >= 0
	}
	from, okFrom := fill("0")
	to, okTo := fill("9")
	// A digit after an x would leave holes in the range.
	digits := strings.TrimRight(text, "xX")
	return from, to, okFrom && okTo && !strings.ContainsAny(digits, "xX") && digits != ""
}

// duration reads spans of time such as 500ms, 1.5s, 1m30s, 2h, 3d or 1w.
func duration(text string) (time.Duration, bool) {
	if text == "" || strings.ContainsAny(text, "+-") {
		return 0, false
	}
	var total float64
	for rest := text; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		n, err := strconv.ParseFloat(rest[:digits], 64)
		if err != nil {
			return 0, false
		}
		rest = rest[digits:]
		letters := strings.IndexAny(rest, "0123456789.")
		if letters < 0 {
			letters = len(rest)
		}
		unit := unitOfTime(rest[:letters])
		if unit == 0 {
			return 0, false
		}
		rest = rest[letters:]
		total += n * float64(unit)
	}
	// Beyond this the microseconds of a time could not be told any more.
	if total > float64(200*365*24*time.Hour) {
		return 0, false
	}
	return time.Duration(total), true
}

func unitOfTime(name string) time.Duration {
	switch strings.ToLower(name) {
	case "us", "µs":
		return time.Microsecond
	case "ms":
		return time.Millisecond
	case "s", "sec":
		return time.Second
	case "m", "min":
		return time.Minute
	case "h":
		return time.Hour
	case "d":
		return 24 * time.Hour
	case "w":
		return 7 * 24 * time.Hour
	}
	return 0
}

// size reads a number of bytes such as 512, 10KB or 1.5MiB.
func size(text string) (from, to int64, ok bool) {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789."))
	n, err := strconv.ParseFloat(text[:digits], 64)
	if err != nil {
		return 0, 0, false
	}
	unit := map[string]float64{
		"": 1, "b": 1, "k": 1e3, "kb": 1e3, "kib": 1 << 10, "m": 1e6, "mb": 1e6, "mib": 1 << 20, "g": 1e9, "gb": 1e9, "gib": 1 << 30,
	}[strings.ToLower(text[digits:])]
	if unit == 0 || n*unit > math.MaxInt64/2 {
		return 0, 0, false
	}
	return int64(n * unit), int64(n * unit), true
}

// ParseDuration reads a span of time as filters write it: 500ms, 1m30s, 90d, 2w.
func ParseDuration(text string) (time.Duration, bool) { return duration(text) }

// ParseSize reads a number of bytes as filters write it: 512, 10KB, 1.5MiB, 2GB.
func ParseSize(text string) (bytes int64, ok bool) {
	bytes, _, ok = size(text)
	return bytes, ok
}
