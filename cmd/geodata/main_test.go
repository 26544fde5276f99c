package main

import (
	"bytes"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/oschwald/maxminddb-golang/v2"
)

func TestRun(t *testing.T) {
	in := sourceFile(t, "package.tgz", archive(t, map[string][]byte{
		"package/package.json":           []byte(`{"version":"2.3.1"}`),
		"package/dbip-country-ipv4.mmdb": []byte("not this one"),
		"package/dbip-country.mmdb":      flat(t, map[string]string{"200.160.0.0/20": "BR", "2001:12ff::/32": "BR", "193.140.0.0/16": "TR", "10.0.0.0/8": "BR"}),
	}))
	out := filepath.Join(t.TempDir(), "data", "country.mmdb.zst")
	var stdout strings.Builder
	if err := run([]string{"-in", in, "-out", out}, &stdout, io.Discard); err != nil {
		t.Fatal(err)
	}
	if want := "3 networks (1 reserved ones left out), 2 countries"; !strings.Contains(stdout.String(), want) {
		t.Errorf("said %q, want %q in it", stdout.String(), want)
	}
	reader := unpacked(t, out)
	if reader.Metadata.DatabaseType != "DBIP-Country-Lite" || reader.Metadata.BuildEpoch != 1780345978 {
		t.Errorf("type %q of %d", reader.Metadata.DatabaseType, reader.Metadata.BuildEpoch)
	}
	for addr, want := range map[string]string{
		"200.160.2.3": "BR Brazil Brasil", "2001:12ff::53": "BR Brazil Brasil", "193.140.1.1": "TR Türkiye Turquia", "10.1.2.3": "",
	} {
		if diff := cmp.Diff(want, found(t, reader, addr)); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", addr, diff)
		}
	}
	credit, err := os.ReadFile(filepath.Join(filepath.Dir(out), "CREDIT.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"https://db-ip.com", "licenses/by/4.0", "version 2.3.1", "2026-06-01 20:32:58 UTC"} {
		if !strings.Contains(string(credit), want) {
			t.Errorf("the credit lacks %q:\n%s", want, credit)
		}
	}
}

func TestRunIsDeterministic(t *testing.T) {
	in := sourceFile(t, "country.mmdb", flat(t, map[string]string{"200.160.0.0/20": "BR", "8.0.0.0/8": "US", "9.0.0.0/8": "PT"}))
	var outputs [2][]byte
	for i := range outputs {
		out := filepath.Join(t.TempDir(), "country.mmdb.zst")
		if err := run([]string{"-in", in, "-out", out}, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		outputs[i] = data
	}
	if !bytes.Equal(outputs[0], outputs[1]) {
		t.Error("two runs over the same source differ")
	}
}

func TestRunRefuses(t *testing.T) {
	for _, test := range []struct {
		name, want string
		args       []string
	}{
		{"no arguments", "-in and -out are needed", nil},
		{"unknown flag", "not defined", []string{"-from", "x"}},
		{"extra argument", "nothing else", []string{"-in", "a", "-out", "b", "c"}},
		{"missing source", "read the source", []string{"-in", filepath.Join(t.TempDir(), "none"), "-out", "b"}},
		{"no database", "convert", []string{"-in", sourceFile(t, "x.mmdb", []byte("text")), "-out", "b"}},
		{"empty database", "holds no network", []string{"-in", sourceFile(t, "x.mmdb", flat(t, nil)), "-out", "b"}},
		{"no country", `"??" is no country code`, []string{"-in", sourceFile(t, "x.mmdb", flat(t, map[string]string{"8.0.0.0/8": "??"})), "-out", "b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := run(test.args, io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

// unpacked opens the packed database.
func unpacked(t *testing.T, name string) *maxminddb.Reader {
	t.Helper()
	packed, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	data, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := maxminddb.OpenBytes(data)
	if err != nil {
		t.Fatal(err)
	}
	return reader
}

// found returns the code and both names of an address's country, or "".
func found(t *testing.T, reader *maxminddb.Reader, addr string) string {
	t.Helper()
	var record struct {
		Country struct {
			Code  string            `maxminddb:"iso_code"`
			Names map[string]string `maxminddb:"names"`
		} `maxminddb:"country"`
	}
	if err := reader.Lookup(netip.MustParseAddr(addr)).Decode(&record); err != nil {
		t.Fatal(err)
	}
	c := record.Country
	return strings.TrimSpace(strings.Join([]string{c.Code, c.Names["en"], c.Names["pt-BR"]}, " "))
}
