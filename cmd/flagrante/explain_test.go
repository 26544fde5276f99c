package main

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"flagrante/cmd/flagrante/internal/config"
)

func TestRulesOfTheConfiguration(t *testing.T) {
	tests := map[string]struct{ file, want string }{
		"good":              {"rules:\n  - {id: a, status: 404, path: '/v1/pix/{id}', then: expected}\n", ""},
		"a name too many":   {"rules:\n  - id: a\n    then: fail\n    when: 'statu == 4'\n", `line 2: rule "a": when: unknown name statu (1:1)`},
		"a key too many":    {"rules:\n  - id: a\n    whne: x\n", "line 3: field whne not found in a rule"},
		"an odd effect":     {"rules:\n  - {id: a, status: 404, then: fails}\n", `then is "fails"`},
		"an odd status":     {"rules:\n  - {id: a, status: 40, then: fail}\n", `status "40"`},
		"all that there is": {"rules:\n  - {id: a, then: ignore}\n", "every call"},
		"twice":             {"rules:\n  - {id: a, status: 404, then: fail}\n  - {id: a, status: 405, then: fail}\n", "another one"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var c config.Config
			err := yaml.Unmarshal([]byte(test.file), &c)
			if err == nil {
				_, err = c.Judge()
			}
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
