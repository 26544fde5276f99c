package locate

import (
	"errors"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/oschwald/maxminddb-golang/v2"
)

func TestEmbeddedKnowsStableAddresses(t *testing.T) {
	db := embeddedDatabase(t)
	brazil := Country{Code: "BR", English: "Brazil", Portuguese: "Brasil"}
	states := Country{Code: "US", English: "United States", Portuguese: "Estados Unidos"}
	for _, test := range []struct {
		addr string
		want Country
	}{
		{"200.160.2.3", brazil}, // registro.br
		{"2001:12ff:0:2::3", brazil},
		{"::ffff:200.160.2.3", brazil},
		{"8.8.8.8", states},
		{"2620:0:2d0:200::7", states}, // iana.org
		{"2001:67c:2e8:22::c100:68b", Country{Code: "NL", English: "Netherlands", Portuguese: "Países Baixos"}},
		{"193.0.6.139", Country{Code: "NL", English: "Netherlands", Portuguese: "Países Baixos"}}, // RIPE NCC
		{"10.0.0.1", Country{}},
		{"127.0.0.1", Country{}},
		{"192.0.2.1", Country{}},
		{"::1", Country{}},
		{"fd00::1", Country{}},
	} {
		got, err := db.Country(netip.MustParseAddr(test.addr))
		if err != nil {
			t.Errorf("%s: %v", test.addr, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", test.addr, diff)
		}
	}
}

func TestEmbeddedServesManyAtOnce(t *testing.T) {
	db := embeddedDatabase(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := db.Country(netip.MustParseAddr("200.160.2.3"))
			if err != nil || got.Code != "BR" {
				t.Errorf("got %q, %v", got.Code, err)
			}
		})
	}
	wg.Wait()
}

func TestEmbeddedHasEveryCountry(t *testing.T) {
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	data, err := decoder.DecodeAll([]byte(embedded), nil)
	if err != nil {
		t.Fatal(err)
	}
	networks, err := maxminddb.OpenBytes(data)
	if err != nil {
		t.Fatal(err)
	}
	db := embeddedDatabase(t)
	missing := map[string]bool{}
	for _, code := range strings.Fields(countryCodes) {
		missing[code] = true
	}
	for network := range networks.Networks() {
		got, err := db.Country(network.Prefix().Addr())
		if err != nil || got.Code == "" || got.English == "" || got.Portuguese == "" {
			t.Fatalf("%s is in %+v, %v", network.Prefix(), got, err)
		}
		delete(missing, got.Code)
		if len(missing) == 0 {
			return
		}
	}
	t.Errorf("no network is in %v", slices.Sorted(maps.Keys(missing)))
}

func TestPackedRefusesDamage(t *testing.T) {
	for name, data := range map[string]string{
		"empty":     "",
		"not zstd":  "PK\x03\x04 something else entirely",
		"truncated": embedded[:len(embedded)-100],
		"flipped":   embedded[:1<<20] + "\x00\xff\x00" + embedded[1<<20+3:],
	} {
		t.Run(name, func(t *testing.T) {
			db, err := packed(data)
			if err == nil {
				err = db.Load()
				if _, lookup := db.Country(netip.MustParseAddr("8.8.8.8")); lookup == nil {
					t.Error("a look-up succeeds")
				}
			}
			if err == nil || !strings.Contains(err.Error(), "embedded country database") {
				t.Errorf("got %v, want an error that names the embedded database", err)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	db := opened(t, "GeoLite2-Country", map[string]string{"200.160.0.0/20": "BR", "2001:12ff::/32": "BR", "9.9.9.0/24": "!!"})
	for addr, want := range map[string]Country{
		"200.160.2.3":   {Code: "BR", English: "BR in English", Portuguese: "BR em português"},
		"2001:12ff::53": {Code: "BR", English: "BR in English", Portuguese: "BR em português"},
		"8.8.8.8":       {},
		"9.9.9.9":       {}, // a code that is none
	} {
		got, err := db.Country(netip.MustParseAddr(addr))
		if err != nil {
			t.Errorf("%s: %v", addr, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", addr, diff)
		}
	}
	if err := db.Load(); err != nil {
		t.Error(err)
	}
	if got, err := db.Country(netip.Addr{}); err == nil {
		t.Errorf("the zero address has country %q", got.Code)
	}
}

func TestOpenSurvivesReplacement(t *testing.T) {
	name := databaseFile(t, "GeoIP2-City", map[string]string{"200.160.0.0/20": "BR"})
	db, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := db.Country(netip.MustParseAddr("200.160.2.3"))
	if err != nil || got.Code != "BR" {
		t.Errorf("after the file was emptied: %q, %v", got.Code, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	good, err := os.ReadFile(databaseFile(t, "GeoLite2-Country", map[string]string{"200.160.0.0/20": "BR"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, file, want string }{
		{"ASN", databaseFile(t, "GeoLite2-ASN", nil), `type "GeoLite2-ASN" holds no countries`},
		{"type of nobody", databaseFile(t, "country ipv6", nil), "use a Country, City or Enterprise database"},
		{"no networks", databaseFile(t, "GeoLite2-Country", nil), "it knows no country"},
		{"no codes", databaseFile(t, "GeoLite2-Country", map[string]string{"8.0.0.0/8": ""}), "it knows no country"},
		{"text", file(t, []byte("ip,country\n8.8.8.8,US\n")), "no .mmdb file"},
		{"empty", file(t, nil), "no .mmdb file"},
		{"packed", file(t, []byte(embedded[:4096])), "must be unpacked first"},
		{"cut at the front", file(t, good[40:]), "damaged"},
		{"zeroed records", file(t, zeroed(good)), "damaged"},
		{"endless tree", file(t, endless(good)), "it knows no country"},
		{"folder", t.TempDir(), "read the country database"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(test.file)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
			if err != nil && !strings.Contains(err.Error(), test.file) {
				t.Errorf("%v does not name the file", err)
			}
		})
	}
}

func TestOpenMissingFile(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "none.mmdb"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want that the file does not exist", err)
	}
}

// FuzzVerified holds that no file, however damaged, crashes the program.
func FuzzVerified(f *testing.F) {
	small := database(f, "GeoLite2-Country", map[string]string{"200.160.0.0/20": "BR"})
	f.Add(small)
	f.Add(small[:len(small)/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		db, err := verified(data)
		if err != nil {
			return
		}
		got, err := db.Country(netip.MustParseAddr("200.160.2.3"))
		if got.Code != "" && (err != nil || !isCountry(got.Code)) {
			t.Errorf("code %q with error %v", got.Code, err)
		}
	})
}

func BenchmarkCountry(b *testing.B) {
	db := embeddedDatabase(b)
	addrs := []netip.Addr{netip.MustParseAddr("200.160.2.3"), netip.MustParseAddr("2620:0:2d0:200::7")}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := db.Country(addrs[i%len(addrs)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEmbedded(b *testing.B) {
	for b.Loop() {
		if _, err := Embedded(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		embeddedDatabase(b)
	}
}

func embeddedDatabase(tb testing.TB) *Database {
	tb.Helper()
	db, err := Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	if err := db.Load(); err != nil {
		tb.Fatal(err)
	}
	return db
}
