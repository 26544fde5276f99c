package extract

import (
	"slices"
	"testing"

	"flagrante/capture/document"
)

// TestEveryNameThatIsLookedForIsAsked holds the lists and the short cut together.
func TestEveryNameThatIsLookedForIsAsked(t *testing.T) {
	for _, name := range slices.Concat(codeKeys(), weakCodeKeys(), messageKeys(), holderKeys(), []string{"erro", "msgerro", "__type", "outrosErros", "ApiResponse"}) {
		if !tells(map[string]any{name: "x"}) {
			t.Errorf("an object with %q tells nothing", name)
		}
		if document.Fold(name) != name && isAsked(name) {
			t.Errorf("%q is not folded", name)
		}
	}
	if !tells(map[string]any{"createCharge": map[string]any{"user_errors": []any{"x"}}}) {
		t.Error("an object that holds one with errors tells nothing")
	}
	if tells(map[string]any{"paid": true, "amount": "10.00", "payer": map[string]any{"id": "1"}}) {
		t.Error("an object without a name tells something")
	}
}
