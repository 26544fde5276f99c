package locate

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"go4.org/netipx"
)

// opened returns a database of that type with the countries of these networks.
func opened(t *testing.T, kind string, countries map[string]string) *Database {
	t.Helper()
	db, err := Open(databaseFile(t, kind, countries))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func databaseFile(t *testing.T, kind string, countries map[string]string) string {
	t.Helper()
	return file(t, database(t, kind, countries))
}

// file writes data into a new file of its own.
func file(t *testing.T, data []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "countries.mmdb")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// database writes a MaxMind database in GeoIP2's country schema.
func database(tb testing.TB, kind string, countries map[string]string) []byte {
	tb.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, BuildEpoch: 1, IncludeReservedNetworks: true})
	if err != nil {
		tb.Fatal(err)
	}
	for network, code := range countries {
		record := mmdbtype.Map{"country": mmdbtype.Map{
			"iso_code": mmdbtype.String(code),
			"names":    mmdbtype.Map{"en": mmdbtype.String(code + " in English"), "pt-BR": mmdbtype.String(code + " em português")},
		}}
		if err := tree.Insert(netipx.PrefixIPNet(netip.MustParsePrefix(network)), record); err != nil {
			tb.Fatal(err)
		}
	}
	var data bytes.Buffer
	if _, err := tree.WriteTo(&data); err != nil {
		tb.Fatal(err)
	}
	return data.Bytes()
}

// zeroed destroys the records of a database, which stand between 16 zero bytes
// and the marker of the metadata.
func zeroed(data []byte) []byte {
	start := bytes.Index(data, make([]byte, 16)) + 16
	end := bytes.Index(data, []byte("\xab\xcd\xefMaxMind.com"))
	damaged := bytes.Clone(data)
	for i := start; i < end; i++ {
		damaged[i] = 0xff
	}
	return damaged
}

// endless turns the search tree, of 28-bit records, into one in which both ways
// of a node lead to the next, so that 2^100 ways end in nothing.
func endless(data []byte) []byte {
	tree := bytes.Clone(data)
	nodes := bytes.Index(data, make([]byte, 16)) / 7
	for i := range nodes {
		next := nodes
		if i < 100 {
			next = i + 1
		}
		copy(tree[7*i:], []byte{0, byte(next >> 8), byte(next), 0, 0, byte(next >> 8), byte(next)})
	}
	return tree
}
