package contract

import (
	"encoding/json"
	"math"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// plain makes values of a document those that a body is read into: numbers keep
// their digits.
func plain(values []any) []any {
	out := make([]any, 0, len(values))
	for _, v := range values {
		text, err := json.Marshal(stringKeys(v))
		if err != nil {
			continue
		}
		if v, ok := parse(text); ok {
			out = append(out, v)
		}
	}
	return out
}

// parse reads one JSON value.
func parse(text []byte) (any, bool) {
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil || decoder.More() {
		return nil, false
	}
	return v, true
}

func kindOfValue(v any) kinds {
	switch v := v.(type) {
	case nil:
		return kindNull
	case bool:
		return kindBoolean
	case json.Number:
		if isInteger(string(v)) {
			return kindInteger
		}
		return kindNumber
	case string:
		return kindString
	case []any:
		return kindArray
	}
	return kindObject
}

// isInteger reports whether a number has no fraction; 1.0 has none.
func isInteger(number string) bool {
	if !strings.ContainsAny(number, ".eE") {
		return true
	}
	f, err := strconv.ParseFloat(number, 64)
	return err != nil || f == math.Trunc(f)
}

// equal compares values of JSON: 1 and 1.0 are the same.
func equal(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && (a == b || number(a) == number(b) && len(a) < 17 && len(b) < 17)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, value := range a {
			if other, ok := b[name]; !ok || !equal(value, other) {
				return false
			}
		}
		return true
	}
	return isScalar(b) && a == b
}

// isScalar reports whether == may be asked of a value.
func isScalar(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return false
	}
	return true
}

func number(n json.Number) float64 {
	f, err := n.Float64()
	if err != nil {
		return math.NaN()
	}
	return f
}

// multiple reports whether a number is a multiple of another. A number with a
// great exponent is let pass: its digits could fill the memory.
func multiple(n json.Number, of *big.Rat) bool {
	if f := math.Abs(number(n)); len(n) > 64 || !(f < 1e60) || f != 0 && f < 1e-60 {
		return true
	}
	r, ok := new(big.Rat).SetString(string(n))
	return !ok || r.Quo(r, of).IsInt()
}

// ofFormat reports whether a value keeps to a format. Only formats that mean one
// thing are checked: vendors use the others loosely.
func ofFormat(format string, v any) bool {
	switch v := v.(type) {
	case json.Number:
		return ofNumberFormat(format, string(v))
	case string:
		return ofStringFormat(format, v)
	}
	return true
}

func ofNumberFormat(format, n string) bool {
	bits := map[string]int{"int32": 32, "int64": 64}[format]
	if bits == 0 {
		return true
	}
	if !strings.ContainsAny(n, ".eE") {
		_, err := strconv.ParseInt(n, 10, bits)
		return err == nil
	}
	f, err := strconv.ParseFloat(n, 64)
	return err == nil && f == math.Trunc(f) && math.Abs(f) <= math.Ldexp(1, bits-1)
}

func ofStringFormat(format, s string) bool {
	var err error
	switch format {
	case "date":
		_, err = time.Parse(time.DateOnly, s)
	case "date-time":
		_, err = time.Parse(time.RFC3339Nano, strings.ToUpper(s))
	case "uuid":
		return isUUID(s)
	case "ipv4":
		addr, parseErr := netip.ParseAddr(s)
		return parseErr == nil && addr.Is4()
	case "ipv6":
		addr, parseErr := netip.ParseAddr(s)
		return parseErr == nil && addr.Is6()
	}
	return err == nil
}

// isUUID knows the form of RFC 9562, section 4.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (s[i] == '-') || !dash && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func lastPart(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
