package extract

import (
	"regexp"
	"strings"

	"flagrante/capture"
	"flagrante/proxy"
)

// fromHeader reads what the header of a refusal says of it: the challenge of a bearer
// token (RFC 6750 section 3), and the type of an error of AWS.
func fromHeader(h proxy.Fields) capture.Vendor {
	for _, challenge := range h.Values("Www-Authenticate") {
		if c := parameterOf(challenge, "error"); c != "" {
			return Bounded(c, parameterOf(challenge, "error_description"))
		}
	}
	kind, _, _ := strings.Cut(h.Get("X-Amzn-Errortype"), ":")
	return Bounded(kind, "")
}

// parameterOf returns a parameter of a challenge, quoted or not.
func parameterOf(challenge, name string) string {
	found := regexp.MustCompile(`(?i)(?:^|[ ,])` + name + `\s*=\s*(?:"([^"]*)"|([^ ,"]+))`).FindStringSubmatch(challenge)
	if found == nil {
		return ""
	}
	return found[1] + found[2]
}
