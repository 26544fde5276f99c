package detect

import "testing"

func TestVariablesOfCommandsAreNoSecrets(t *testing.T) {
	s := NewScanner(NewNames())
	for text, want := range map[string]int{
		`  -H 'Authorization: Bearer '"$TOKEN" \`:                                       0,
		"  -H 'Authorization: Bearer '\"$TOKEN_2\" \\\n  -H 'Content-Type: text/plain'": 0,
		`  -H 'Authorization: Bearer '"$ecret-9f8e7d6c5b4a" \`:                          1,
		`  -H 'Authorization: Bearer 9f8e7d6c5b4a3f2e1d0c'`:                             1,
	} {
		if got := s.Find(text, false); len(got) != want {
			t.Errorf("%s: found %v", text, got)
		}
	}
}
