package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/oschwald/maxminddb-golang/v2"
	"go4.org/netipx"
)

// databaseType is one that geoip2 knows to hold countries.
const databaseType = "DBIP-Country-Lite"

// build is the converted database and what went into it.
type build struct {
	mmdb  []byte
	epoch time.Time
	// networks and reserved count the source's networks that were taken, and
	// those left out because nobody on the internet can have them.
	networks, reserved int
	countries          int
}

// convert rewrites a flat database, whose records hold only a country_code, to
// the country schema of GeoIP2.
func convert(flat []byte) (build, error) {
	reader, err := maxminddb.OpenBytes(flat)
	if err != nil {
		return build{}, fmt.Errorf("open the source: %w", err)
	}
	b := build{epoch: reader.Metadata.BuildTime().UTC()}
	tree, err := mmdbwriter.New(options(b.epoch))
	if err != nil {
		return build{}, fmt.Errorf("begin the tree: %w", err)
	}
	if err := b.fill(tree, reader); err != nil {
		return build{}, err
	}
	var buf bytes.Buffer
	if _, err := tree.WriteTo(&buf); err != nil {
		return build{}, fmt.Errorf("write the tree: %w", err)
	}
	b.mmdb = buf.Bytes()
	return b, nil
}

func options(epoch time.Time) mmdbwriter.Options {
	return mmdbwriter.Options{
		BuildEpoch:   epoch.Unix(),
		DatabaseType: databaseType,
		Description:  map[string]string{"en": "IP to Country Lite by DB-IP (https://db-ip.com), CC-BY-4.0, rewritten"},
		Languages:    []string{"en", "pt-BR"},
		RecordSize:   24,
	}
}

// fill copies every network of the source into the tree.
func (b *build) fill(tree *mmdbwriter.Tree, reader *maxminddb.Reader) error {
	records := map[string]mmdbtype.Map{}
	for result := range reader.Networks() {
		var flat struct {
			Code string `maxminddb:"country_code"`
		}
		if err := result.Decode(&flat); err != nil {
			return fmt.Errorf("read a network: %w", err)
		}
		record, ok := records[flat.Code]
		if !ok {
			var err error
			if record, err = recordOf(flat.Code); err != nil {
				return fmt.Errorf("network %s: %w", result.Prefix(), err)
			}
			records[flat.Code] = record
		}
		if err := b.insert(tree, result.Prefix(), record); err != nil {
			return err
		}
	}
	b.countries = len(records)
	if b.networks == 0 {
		return errors.New("the source holds no network")
	}
	return nil
}

// insert adds one network, unless it is reserved or an alias of the IPv4 tree.
func (b *build) insert(tree *mmdbwriter.Tree, prefix netip.Prefix, record mmdbtype.Map) error {
	err := tree.Insert(netipx.PrefixIPNet(prefix), record)
	var reserved *mmdbwriter.ReservedNetworkError
	var aliased *mmdbwriter.AliasedNetworkError
	switch {
	case errors.As(err, &reserved), errors.As(err, &aliased):
		b.reserved++
	case err != nil:
		return fmt.Errorf("insert %s: %w", prefix, err)
	default:
		b.networks++
	}
	return nil
}

// recordOf returns the record of a country in GeoIP2's schema.
func recordOf(code string) (mmdbtype.Map, error) {
	english, portuguese, err := names(code)
	if err != nil {
		return nil, err
	}
	return mmdbtype.Map{"country": mmdbtype.Map{
		"iso_code": mmdbtype.String(code),
		"names": mmdbtype.Map{
			"en":    mmdbtype.String(english),
			"pt-BR": mmdbtype.String(portuguese),
		},
	}}, nil
}

// pack compresses the database. One thread, so that the bytes depend on nothing
// but the input and the version of the compressor.
func pack(data []byte) ([]byte, error) {
	encoder, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedBestCompression),
		zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(8<<20))
	if err != nil {
		return nil, fmt.Errorf("set up the compressor: %w", err)
	}
	return encoder.EncodeAll(data, nil), nil
}
