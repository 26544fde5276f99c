package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"go4.org/netipx"
)

func TestReadSource(t *testing.T) {
	packed := archive(t, map[string][]byte{"package/package.json": []byte(`{"version":"7"}`), "package/dbip-country.mmdb": []byte("data")})
	for _, test := range []struct {
		name, file string
		data       []byte
		want       source
		err        string
	}{
		{"package", "x.tgz", packed, source{data: []byte("data"), version: "7"}, ""},
		{"database alone", "x.mmdb", []byte("data"), source{data: []byte("data")}, ""},
		{"other package", "x.tgz", archive(t, map[string][]byte{"package/index.js": nil}), source{}, "no dbip-country.mmdb in it"},
		{"bad manifest", "x.tgz", archive(t, map[string][]byte{"package/package.json": []byte("{")}), source{}, "package.json"},
		{"no archive", "x.tgz", []byte("text"), source{}, "unpack"},
		{"cut archive", "x.tgz", packed[:len(packed)-20], source{}, "unpack"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readSource(sourceFile(t, test.file, test.data))
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(source{})); diff != "" {
				t.Errorf("source differs (-want +got):\n%s", diff)
			}
			if test.err == "" && err != nil {
				t.Error(err)
			}
			if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("got %v, want %q in it", err, test.err)
			}
		})
	}
}

func sourceFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func archive(t *testing.T, entries map[string][]byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	zipped := gzip.NewWriter(&buf)
	w := tar.NewWriter(zipped)
	for name, data := range entries {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// flat writes a database like the package's.
func flat(t *testing.T, countries map[string]string) []byte {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "country ipvAll", BuildEpoch: 1780345978, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, code := range countries {
		record := mmdbtype.Map{"country_code": mmdbtype.String(code)}
		if err := tree.Insert(netipx.PrefixIPNet(netip.MustParsePrefix(network)), record); err != nil {
			t.Fatal(err)
		}
	}
	var data bytes.Buffer
	if _, err := tree.WriteTo(&data); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}
