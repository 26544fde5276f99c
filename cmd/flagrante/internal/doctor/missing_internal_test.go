package doctor

import (
	"io/fs"
	"strings"
	"testing"
)

// A folder that is not there is made in the nearest one that is, if that one lets it.
func TestAFolderThatCanNotBeMadeIsTold(t *testing.T) {
	for _, test := range []struct {
		above map[string]error
		want  Status
		in    string
	}{
		{map[string]error{"/srv/flagrante": nil}, Info, ""},
		{map[string]error{"/srv/flagrante": fs.ErrPermission}, Fail, "/srv/flagrante: "},
		{map[string]error{"/srv": nil}, Info, ""},
		{map[string]error{"/srv": fs.ErrPermission}, Fail, "/srv: "},
		{map[string]error{"/": fs.ErrPermission}, Fail, "/: "},
	} {
		got := missing("/srv/flagrante/data", func(path string, _ uint32) error {
			if err, there := test.above[path]; there {
				return err
			}
			return fs.ErrNotExist
		})
		if got.Status != test.want || !strings.Contains(got.Detail, test.in) || got.Remedy == "" {
			t.Errorf("%v: %+v", test.above, got)
		}
	}
}
