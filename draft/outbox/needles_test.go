package outbox

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"

	"flagrante/capture/redact/redacttest"
	"flagrante/capture/store"
)

// needles are the forms in which planted values could be found, by their first bytes.
type needles map[[5]byte][]needle

type needle struct{ form, value, from string }

func (n needles) add(form, value, from string) {
	if len(form) >= 5 {
		key := [5]byte([]byte(form))
		if !slices.ContainsFunc(n[key], func(known needle) bool { return known.form == form }) {
			n[key] = append(n[key], needle{form, value, from})
		}
	}
}

// plant adds a value in all its forms. One that is short, or stands where nothing is
// planted as well, is looked for together with what stands around it.
func (n needles) plant(s redacttest.Sample, p redacttest.Planted, elsewhere string) {
	value := p.Value
	if len(value) < 6 || strings.Contains(elsewhere, value) {
		value = s.Text[max(0, p.At-12):min(len(s.Text), p.At+len(value)+1)]
	}
	for _, form := range forms(value) {
		n.add(form, p.Value, s.Name)
	}
}

// forms writes a value as it may stand in files and messages.
func forms(v string) []string {
	all := []string{v, url.QueryEscape(v), url.PathEscape(v), html.EscapeString(v), hex.EncodeToString([]byte(v)), strings.ToUpper(hex.EncodeToString([]byte(v)))}
	if quoted, err := json.Marshal(v); err == nil {
		all = append(all, string(quoted[1:len(quoted)-1]))
	}
	var escaped strings.Builder
	for _, unit := range utf16.Encode([]rune(v)) {
		fmt.Fprintf(&escaped, `\u%04x`, unit)
	}
	all = append(all, escaped.String())
	for shift := range 3 {
		for _, coding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			coded := coding.EncodeToString([]byte(strings.Repeat("\x00", shift) + v))
			// What is made of the bytes around the value as well is left out.
			whole := (shift + len(v)) / 3 * 4
			if first := []int{0, 2, 3}[shift]; first < whole {
				all = append(all, coded[first:whole])
			}
		}
	}
	return all
}

// in reports what is found in the bytes of a place.
func (n needles) in(t *testing.T, place string, data []byte) {
	t.Helper()
	for i := 0; i+5 <= len(data); i++ {
		for _, one := range n[[5]byte(data[i:])] {
			if bytes.HasPrefix(data[i:], []byte(one.form)) {
				t.Errorf("%s has %q of %s: …%q", place, one.value, one.from, data[max(0, i-60):min(len(data), i+len(one.form)+20)])
			}
		}
	}
}

func unzipped(t *testing.T, data []byte) (all []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		content, err := fs.ReadFile(z, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		all = fmt.Appendf(all, "\n%s\n%s", f.Name, content)
	}
	return all
}

// files returns the bytes of all files of a folder.
func files(t *testing.T, folder string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all = append(append(all, data...), '\n')
		return err
	})
	if err != nil || len(all) < 1<<20 {
		t.Fatalf("%d bytes: %v", len(all), err)
	}
	return all
}

// rows returns all values of all tables, unpacked.
func rows(t *testing.T, s *store.Store) (all []byte) {
	t.Helper()
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	packed := 0
	for _, table := range column(t, s, `SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`) {
		for _, value := range column(t, s, `SELECT * FROM "`+table+`"`) {
			data := []byte(value)
			if strings.HasPrefix(value, "\x28\xb5\x2f\xfd") {
				packed++
				if data, err = decoder.DecodeAll(data, nil); err != nil {
					t.Fatal(err)
				}
			}
			all = append(append(all, data...), '\n')
		}
	}
	if packed == 0 {
		t.Error("nothing was packed")
	}
	return all
}

// column returns the values of a query's rows, one after the other.
func column(t *testing.T, s *store.Store, query string) (all []string) {
	t.Helper()
	list, err := s.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	names, err := list.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, into := make([][]byte, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for list.Next() {
		if err := list.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			all = append(all, string(v))
		}
	}
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
