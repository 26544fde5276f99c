package main

import (
	"fmt"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// names returns the country's name in English and in Brazilian Portuguese.
func names(code string) (english, portuguese string, err error) {
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 || region.String() != code || !region.IsCountry() {
		return "", "", fmt.Errorf("%q is no country code", code)
	}
	english = display.Regions(language.English).Name(region)
	portuguese = display.Regions(language.BrazilianPortuguese).Name(region)
	renamed := renamedCountry(code)
	if renamed.english != "" {
		english = renamed.english
	}
	if renamed.portuguese != "" {
		portuguese = renamed.portuguese
	}
	if english == "" || portuguese == "" {
		return "", "", fmt.Errorf("country %s has no name", code)
	}
	return english, portuguese, nil
}

// renaming holds the present names of a country; one that did not change is
// empty.
type renaming struct{ english, portuguese string }

// renamedCountry corrects golang.org/x/text, whose names are those of CLDR 32
// (2017). Sources: ISO 3166-1 newsletters for the English names, the Brazilian
// foreign ministry's usage and later CLDR editions for the Portuguese ones.
func renamedCountry(code string) renaming {
	switch code {
	case "CV":
		return renaming{english: "Cabo Verde"}
	case "MD":
		return renaming{portuguese: "Moldova"}
	case "MK":
		return renaming{"North Macedonia", "Macedônia do Norte"}
	case "MO":
		return renaming{english: "Macao SAR China"}
	case "NL":
		return renaming{portuguese: "Países Baixos"}
	case "SZ":
		return renaming{"Eswatini", "Essuatíni"}
	case "TR":
		return renaming{english: "Türkiye"}
	}
	return renaming{}
}
