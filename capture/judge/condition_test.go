package judge

import "testing"

// TestBuiltInConditionsCompile compiles what is compiled late.
func TestBuiltInConditionsCompile(t *testing.T) {
	j, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	compiled := 0
	for _, rule := range j.builtin {
		if rule.condition == nil {
			continue
		}
		if _, err := rule.condition.ready(); err != nil {
			t.Errorf("%s: %v", rule.ID, err)
		}
		compiled++
	}
	if compiled == 0 {
		t.Error("no built-in rule has a condition")
	}
}

// TestConditionsOfTheUserAreCompiledAtOnce has a mistake told before traffic passes.
func TestConditionsOfTheUserAreCompiledAtOnce(t *testing.T) {
	_, err := New([]Rule{{ID: "mine", Then: Fail, When: "body.code ==", line: 7}})
	const want = `line 7: rule "mine": when: `
	if err == nil || len(err.Error()) < len(want) || err.Error()[:len(want)] != want {
		t.Errorf("got %v, want %s…", err, want)
	}
}
