package judge_test

import (
	"fmt"
	"testing"
)

// TestTextsReadBeforeAreJudgedAsAtFirst judges texts again that differ in little, more of
// them than are remembered.
func TestTextsReadBeforeAreJudgedAsAtFirst(t *testing.T) {
	j := rules(t)
	for range 2 {
		for n := range 600 {
			for _, text := range []struct {
				body    string
				failing bool
			}{
				{fmt.Sprintf(`{"id":%d,"situation":"ATIVA"}`, n), false},
				{fmt.Sprintf(`{"codigo":"E-%d","mensagem":"Saldo insuficiente"}`, n), true},
				{fmt.Sprintf(`{"id":%d,"situation":"ATIVA"`, n), true},
			} {
				x := good(0)
				x.Response.Body.Data = []byte(text.body)
				if v := j.Judge(x); v.Failing != text.failing {
					t.Fatalf("%s: %+v", text.body, v)
				}
			}
		}
	}
}

// TestWatching holds that only answers that were read say that a word is absent.
func TestWatching(t *testing.T) {
	j := rules(t).Watching("oken", "pikey")
	x := good(0)
	for range 2 {
		for _, c := range []struct {
			status int
			body   string
			absent bool
		}{
			{200, `{"id":1}`, true},
			{200, `{"access_Token":"x"}`, false},
			{200, `{"apiKey":"x"}`, false},
			{201, `{"note":"the key"}`, true},
			{500, `{"id":1}`, false},
			{200, `{"id":1`, true},
		} {
			x.Response.Status, x.Response.Body.Data = c.status, []byte(c.body)
			verdict, absent := j.Watch(x)
			if absent != c.absent || verdict.Failing != j.Judge(x).Failing {
				t.Errorf("%d %s: absent is %t, failing %t", c.status, c.body, absent, verdict.Failing)
			}
		}
	}
	x.Response = nil
	if _, absent := j.Watch(x); absent {
		t.Error("no answer holds no word")
	}
}
