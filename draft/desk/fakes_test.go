package desk

import (
	"bytes"
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/judge"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
	"flagrante/draft/desk/service"
	"flagrante/draft/export"
	"flagrante/draft/views"
	"flagrante/proxy"
)

// fresh opens an empty store: a file, or in a second run of the tests a shared database.
func fresh(tb testing.TB) *store.Store {
	tb.Helper()
	return storetest.Fresh(tb, os.Getenv(storetest.Variable))
}

// kept are the views of a test.
type kept struct {
	mu  sync.Mutex
	all []views.View
}

func (k *kept) All(_ context.Context, list string) ([]views.View, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(k.all), func(v views.View) bool { return v.List != list }), nil
}

func (k *kept) Keep(_ context.Context, v views.View) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, v)
	return nil
}

func (k *kept) Remove(_ context.Context, list, name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	before := len(k.all)
	k.all = slices.DeleteFunc(k.all, func(v views.View) bool { return v.List == list && v.Name == name })
	if len(k.all) == before {
		return views.ErrNotFound
	}
	return nil
}

// workings judge by the status and mask the word "secret".
func workings() service.Workings {
	return service.Workings{
		Judge: func(x *proxy.Exchange) (capture.Verdict, []judge.Try) {
			if x.Response == nil || x.Response.Status < 400 {
				return capture.Verdict{}, []judge.Try{{Rule: "a", Outcome: "status"}}
			}
			return capture.Verdict{Failing: true, Kind: capture.KindHTTPStatus, Reasons: []capture.Reason{{Key: "status.server", Args: map[string]string{"status": "503"}}}}, nil
		},
		Mask: func(_ string, data []byte) ([]byte, []capture.Redaction) {
			if !bytes.Contains(data, []byte("secret")) {
				return data, nil
			}
			return bytes.ReplaceAll(data, []byte("secret"), []byte("<token>")), []capture.Redaction{{Where: "input", Kind: "token", Rule: "looks"}}
		},
		CheckPortal: func(context.Context, string) ([]export.Checked, error) {
			return []export.Checked{{Do: "secrets"}, {Do: "auth", Text: "401 <b>Unauthorized</b>"}}, nil
		},
		Storage: func(context.Context) (service.Storage, error) {
			return service.Storage{Folder: "/home/ana maria", Database: 5 << 20, Failures: 1284, Drafts: 3, Oldest: noon.Add(-49 * time.Hour), Age: "90d"}, nil
		},
	}
}
