package redact_test

import (
	"html"
	"net/url"
	"strings"
	"testing"

	"flagrante/capture/redact"
)

// TestTaggedMessagesThatAreMaskedMayLeave holds that masks in messages with tags are known
// again in the forms in which tickets have them, and that the end of such a message may be
// missing there.
func TestTaggedMessagesThatAreMaskedMayLeave(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	for _, message := range []string{
		"UNH+1+PAYORD:D:96A:UN'NAD+OY+52998224725::9++ZENOBIA TRIGUEIRO+RUA DO POCO 77+CURITIBA++80010000+BR'FII+BF+123456789:ZENOBIA TRIGUEIRO+341'RFF+AHP:52998224725'UNT+5+1'",
		":20:A1\n:50K:/1234567890\nZENOBIA TRIGUEIRO\nRUA DO POCO 77\n:59:/987654321\nTIBURCIO PACOVA\n:71A:SHA",
		"BEGIN:VCARD\nFN:Zenobia Trigueiro\nBDAY:19610230\nEND:VCARD",
		"BEGIN:VCALENDAR\nATTENDEE;CN=\"Zenobia Trigueiro\":mailto:zenobia@correio.example\nEND:VCALENDAR",
		"MECARD:N:Trigueiro,Zenobia;TEL:5511988776655;;",
	} {
		masked, marks := r.Leaving("text/plain", []byte(message))
		if len(marks) == 0 {
			t.Fatalf("%q leaves as it is", message)
		}
		plain := string(masked)
		for _, form := range []string{plain, html.EscapeString(plain), strings.NewReplacer("<", `\<`, ">", `\>`).Replace(plain), url.QueryEscape(plain)} {
			if again, marks := r.Leaving("text/plain", []byte(form)); len(marks) > 0 {
				t.Errorf("%q becomes %q: %v", form, again, marks)
			}
		}
	}
	const title = "OFXHEADER:100 <OFX> <SONRQ> <USERID><cpf:abcdefgh> <USERPA…"
	if again, marks := r.Leaving("text/plain", []byte(title)); len(marks) > 0 {
		t.Errorf("%q becomes %q: %v", title, again, marks)
	}
}
