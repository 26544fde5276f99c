package locate

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// countryCodes holds the codes assigned in ISO 3166-1 alpha-2, and XK, which
// country databases and the European Commission use for Kosovo.
const countryCodes = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ" +
	" BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ" +
	" CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ" +
	" DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR" +
	" GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY" +
	" HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP" +
	" KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY" +
	" MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ" +
	" NA NC NE NF NG NI NL NO NP NR NU NZ OM" +
	" PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW" +
	" SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ" +
	" TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ" +
	" VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW "

// isCountry reports whether code is an assigned code in capitals.
func isCountry(code string) bool {
	return len(code) == 2 && strings.Contains(countryCodes, " "+code+" ")
}

// ParseCountry returns the code in capitals when setting is a country code of
// ISO 3166-1 alpha-2 in any case, or XK. Otherwise the error says what to write
// instead.
func ParseCountry(setting string) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(setting))
	if isCountry(code) {
		return code, nil
	}
	if meant := similar(code); meant != "" {
		return "", fmt.Errorf("%q is no country code of ISO 3166-1 alpha-2; did you mean %s?", setting, meant)
	}
	return "", fmt.Errorf("%q is no country code of ISO 3166-1 alpha-2; write two letters, such as BR", setting)
}

// similar finds the country whose other code (three letters, number, or a
// common alias such as UK) was written, or "".
func similar(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return ""
	}
	if meant := region.Canonicalize().String(); isCountry(meant) {
		return meant
	}
	return ""
}
