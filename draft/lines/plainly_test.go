package lines_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"flagrante/draft/lines"
)

// sample is what the files of the test are read into.
type sample struct {
	Proxy struct {
		Listen  string        `yaml:"listen"`
		Timeout time.Duration `yaml:"timeout"`
	} `yaml:"proxy"`
	Portals map[string]portal `yaml:"portals"`
	Times   float64           `yaml:"times"`
	On      bool              `yaml:"on"`
	Hosts   []string          `yaml:"hosts"`
}

type portal struct {
	TokenEnv string `yaml:"token_env"`
	URL      string `yaml:"url"`
}

func TestPlainly(t *testing.T) {
	for _, test := range []struct {
		file string
		want []string
	}{
		{"porxy: {}", []string{`line 1: field porxy not found, did you mean "proxy"?`}},
		{"proxy:\n  lisen: a", []string{`line 2: field lisen not found, did you mean "listen"?`}},
		{"portals:\n  a:\n    token: x\n    colour: y", []string{`line 3: field token not found, did you mean "token_env"?`, "line 4: field colour not found"}},
		{"times: muito", []string{"line 1: `muito` stands where a number should"}},
		{"on: sim", []string{"line 1: `sim` stands where true or false should"}},
		{"proxy: {timeout: logo}", []string{"line 1: `logo` stands where a time such as 30s should"}},
		{"proxy: {listen: [a]}", []string{"line 1: a list stands where a text should"}},
		{"hosts: a", []string{"line 1: `a` stands where a list should"}},
		{"proxy: 7", []string{"line 1: `7` stands where a mapping should"}},
		{"proxy:\n\tlisten: a", []string{"line 2: found character that cannot start any token: indent with spaces, not with tabs, and put quotes around what begins with @, % or `"}},
	} {
		var into sample
		decoder := yaml.NewDecoder(strings.NewReader(test.file))
		decoder.KnownFields(true)
		err := decoder.Decode(&into)
		if err == nil {
			t.Errorf("%q was read", test.file)
			continue
		}
		if diff := cmp.Diff(test.want, lines.Plainly(err, into)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.file, diff)
		}
	}
}
