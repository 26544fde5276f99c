package record_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/har"
	"flagrante/proxy"
)

var update = flag.Bool("update", false, "write testdata/har/groups.txt anew")

// recorded returns the calls of one producer's recording, in their order.
func recorded(t *testing.T, producer string) (calls []*proxy.Exchange) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "har", producer+".har"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = har.Read(bytes.NewReader(data), func(x *proxy.Exchange) error {
		calls = append(calls, x)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

// groups says how many failures each problem has, without its fingerprint, of which
// the text can't be judged by eye.
func groups(t *testing.T, calls []*proxy.Exchange) (lines []string) {
	t.Helper()
	p, counts, problems := pipeline(), map[string]int{}, map[string]string{}
	for _, x := range calls {
		first, again := p.Failure(x), p.Failure(x)
		if diff := cmp.Diff(first, again, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
			t.Errorf("judged twice, %s %s is not the same:\n%s", x.Request.Method, x.Request.URL, diff)
		}
		if first == nil || first.Expected {
			continue
		}
		counts[first.Fingerprint]++
		problem := fmt.Sprintf("%s | %s | %d | %s", first.Endpoint, first.Kind, first.Status(), first.Vendor.Code)
		if before, ok := problems[first.Fingerprint]; ok && before != problem {
			t.Errorf("one group has %q and %q", before, problem)
		}
		problems[first.Fingerprint] = problem
	}
	for _, f := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("%d × %s", counts[f], problems[f]))
	}
	slices.Sort(lines)
	return lines
}

// TestGroupsOfRecordings compares the groups of four producers' recordings of the
// same calls with what they have to be, in both orders.
func TestGroupsOfRecordings(t *testing.T) {
	golden := filepath.Join("..", "..", "testdata", "har", "groups.txt")
	var got []string
	for _, producer := range []string{"chromium", "firefox", "mitmproxy", "playwright"} {
		calls := recorded(t, producer)
		found := groups(t, calls)
		slices.Reverse(calls)
		if diff := cmp.Diff(found, groups(t, calls)); diff != "" {
			t.Errorf("%s: another order gives other groups:\n%s", producer, diff)
		}
		got = append(append(got, "# "+producer), found...)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(got, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}
