package main_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	// The scripts look into databases of flagrante.
	_ "github.com/mattn/go-sqlite3"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/rogpeppe/go-internal/testscript"
	"go4.org/netipx"
)

// nowhereCmd searches the raw bytes of files, folders and what is in archives:
//
//	[!] nowhere LIST PATH…
//
// None of the lines of LIST may be anywhere, not even in base64 or escaped for
// a URL; with ! each of them has to be somewhere.
func nowhereCmd(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: nowhere LIST PATH…")
	}
	files := map[string][]byte{}
	for _, path := range args[1:] {
		ts.Check(gather(files, ts.MkAbs(path)))
	}
	for word := range strings.Lines(ts.ReadFile(args[0])) {
		place := placeOf(files, strings.TrimSpace(word))
		if neg && place == "" {
			ts.Fatalf("%q is in none of %d files", word, len(files))
		}
		if !neg && place != "" {
			ts.Fatalf("%q is in %s", word, place)
		}
	}
}

// gather reads the files below path; an archive is also read from within.
func gather(files map[string][]byte, path string) error {
	before := len(files)
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files[name] = data
		if strings.HasSuffix(name, ".zip") {
			return unpack(files, name, data)
		}
		return nil
	})
	if err == nil && len(files) == before {
		err = fmt.Errorf("%s holds no files", path)
	}
	return err
}

func unpack(files map[string][]byte, name string, data []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		if files[name+"/"+f.Name], err = io.ReadAll(r); err != nil {
			return err
		}
	}
	return nil
}

func placeOf(files map[string][]byte, word string) string {
	forms := append(inBase64(word), word, url.QueryEscape(word))
	for name, data := range files {
		for _, form := range forms {
			if bytes.Contains(data, []byte(form)) {
				return name
			}
		}
	}
	return ""
}

// inBase64 is what of word stands in the base64 of a longer text, which depends
// on where it begins.
func inBase64(word string) []string {
	var forms []string
	for shift := range 3 {
		coded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + word))
		// The first and the last characters hold bits of their neighbours.
		if from := (shift*8 + 5) / 6; len(coded) > from+8 {
			forms = append(forms, coded[from:len(coded)-1])
		}
	}
	return forms
}

// unpackedCmd unpacks an archive: `unpacked FILE.zip FOLDER`.
func unpackedCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	files := map[string][]byte{}
	ts.Check(unpack(files, "", []byte(ts.ReadFile(args[0]))))
	for name, data := range files {
		to := filepath.Join(ts.MkAbs(args[1]), filepath.FromSlash(name))
		ts.Check(os.MkdirAll(filepath.Dir(to), 0o700))
		ts.Check(os.WriteFile(to, data, 0o600))
	}
}

// gzipCmd packs a file beside it: `gzip FILE`.
func gzipCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(errors.Join(err, w.Close()))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".gz"), packed.Bytes(), 0o600))
}

// fillCmd puts the variables of the script into a file: `fill FILE`.
func fillCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	filled := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(filled), 0o600))
}

// bodyCmd writes the body of the last answer into a file: `body FILE`.
func bodyCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	_, body, ok := strings.Cut(ts.ReadFile("stdout"), "\n\n")
	if !ok {
		ts.Fatalf("there was no answer")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(body), 0o600))
}

// modeCmd checks permissions: `mode 0600 FILE…`.
func modeCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
			ts.Fatalf("%s has the mode %s", name, got)
		}
	}
}

// halfCmd leaves the first half of a file: `half FILE`.
func halfCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), info.Size()/2))
}

// mmdbCmd writes a country database: `mmdb FILE NETWORK=CODE…`.
func mmdbCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "GeoLite2-Country", IncludeReservedNetworks: true})
	ts.Check(err)
	for _, pair := range args[1:] {
		network, code, _ := strings.Cut(pair, "=")
		prefix, err := netip.ParsePrefix(network)
		ts.Check(err)
		country := mmdbtype.Map{"iso_code": mmdbtype.String(code), "names": mmdbtype.Map{"en": mmdbtype.String(code)}}
		ts.Check(tree.Insert(netipx.PrefixIPNet(prefix), mmdbtype.Map{"country": country}))
	}
	var data bytes.Buffer
	_, err = tree.WriteTo(&data)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data.Bytes(), 0o600))
}

// sqlCmd runs a statement, and prints the first column of what it gives:
//
//	sql FILE STATEMENT
func sqlCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	db, err := sql.Open("sqlite3", "file:"+ts.MkAbs(args[0])+"?mode=rw")
	ts.Check(err)
	defer db.Close()
	rows, err := db.Query(args[1])
	ts.Check(err)
	defer rows.Close()
	for rows.Next() {
		var value string
		ts.Check(rows.Scan(&value))
		fmt.Fprintln(ts.Stdout(), value)
	}
	ts.Check(rows.Err())
}
