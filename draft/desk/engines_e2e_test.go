//go:build e2e

package desk

import (
	"errors"
	"flag"
	"os"
	"testing"

	"flagrante/capture/store/storetest"
)

// once are tests of what a browser makes of a page, whatever the store is, that take
// most of the time.
const once = "^Test(ReviewEditAttachExport|APictureOfACallIsAttached|TheScreenIsRecorded|PagesKeepNobodyOut|ByKeyboardFromTheInboxToTheReceipt|PicturesForTheGuides|" +
	"TheStripShowsEveryCall|TheEvidenceFollows|TheSetupTestsWhetherAnAppTrustsUs|BothLanguages|WithoutScripts|HostileBodiesDoNothing|NothingJumps)$"

// TestMain runs the tests on files, and once more on a real PostgreSQL. Benchmarks run once.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() != "" {
		os.Exit(m.Run())
	}
	os.Exit(storetest.Main(m, func(name, value string) error {
		return errors.Join(flag.Set("test.skip", once), os.Setenv(name, value))
	}))
}
