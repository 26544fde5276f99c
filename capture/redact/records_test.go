package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"flagrante/capture/redact"
	"flagrante/capture/redact/redacttest"
	"flagrante/proxy"
)

// recordFiles are the messages of the corpus that are records and nothing else.
func recordFiles(t *testing.T) (all []redacttest.Sample) {
	t.Helper()
	for _, s := range redacttest.Read(t, "../../testdata/redact/recall") {
		if strings.HasPrefix(s.Name, "cnab.txt") && !strings.HasPrefix(s.Kind, "multipart") && s.Kind != "application/json" {
			all = append(all, s)
		}
	}
	if len(all) < 7 {
		t.Fatalf("only %d files of records", len(all))
	}
	return all
}

// leaves is a body of that type as it leaves.
func leaves(kind, text string) string {
	x := request("https://api.banco.example/v1", proxy.Fields{{Name: "Content-Type", Value: kind}}, text)
	out, _ := redact.New(redact.WithKey(testKey())).Personal(x)
	return string(out.Request.Body.Data)
}

// TestRecordsKeepTheirWidth holds that a masked file of records is one: its lines are as
// wide as they were, and what no mask stands for is where it was.
func TestRecordsKeepTheirWidth(t *testing.T) {
	for _, s := range recordFiles(t) {
		before, after := strings.Split(s.Text, "\n"), strings.Split(leaves(s.Kind, s.Text), "\n")
		if len(before) != len(after) {
			t.Fatalf("%s: %d lines became %d", s.Name, len(before), len(after))
		}
		for i := range before {
			if a, b := utf8.RuneCountInString(before[i]), utf8.RuneCountInString(after[i]); a != b {
				t.Errorf("%s: line %d was %d wide, and is %d: %q", s.Name, i+1, a, b, after[i])
			}
			if len(before[i]) > 200 && before[i][:14] != after[i][:14] && !strings.HasPrefix(before[i], "1") {
				t.Errorf("%s: line %d begins with %q, not %q", s.Name, i+1, after[i][:14], before[i][:14])
			}
		}
	}
}

// TestAHeaderBeginsAFileAnew holds that what went to the bank has the columns of that also
// behind what came from it.
func TestAHeaderBeginsAFileAnew(t *testing.T) {
	tried := 0
	for _, back := range recordFiles(t) {
		for _, sent := range recordFiles(t) {
			if !strings.HasPrefix(back.Text, "02RETORNO") || !strings.HasPrefix(sent.Text, "01REMESSA") || back.Kind != sent.Kind {
				continue
			}
			tried++
			want := leaves(sent.Kind, sent.Text)
			if got := leaves(sent.Kind, back.Text+"\n"+sent.Text); !strings.HasSuffix(got, "\n"+want) {
				t.Errorf("%s behind %s: got\n%s, want\n%s", sent.Name, back.Name, got, want)
			}
		}
	}
	if tried == 0 {
		t.Error("no two files were tried")
	}
}

// TestRecordsInWrappings holds that records are masked in base64, in ISO 8859-1, with and
// without carriage returns, under a wrong type, and with the mark of the end of DOS.
func TestRecordsInWrappings(t *testing.T) {
	for _, s := range recordFiles(t) {
		unix := strings.ReplaceAll(s.Text, "\r\n", "\n")
		latin, err := charmap.ISO8859_1.NewEncoder().String(strings.Replace(unix, "BANCO EXEMPLO", "BANCO AÇORESX", 1))
		if err != nil {
			t.Fatal(err)
		}
		quoted, err := json.Marshal(map[string]string{"linhas": unix})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string][2]string{
			"base64":           {"application/json", `{"arquivo":"` + base64.StdEncoding.EncodeToString([]byte(s.Text)) + `"}`},
			"latin in base64":  {"application/json", `{"arquivo":"` + base64.StdEncoding.EncodeToString([]byte(latin)) + `"}`},
			"latin":            {"text/plain; charset=iso-8859-1", latin},
			"no carriage":      {"text/plain", unix},
			"a string":         {"application/json", string(quoted)},
			"records joined":   {"text/plain", strings.ReplaceAll(unix, "\n", "")},
			"a list of lines":  {"application/json", `{"linhas":["` + strings.Join(strings.Split(strings.TrimRight(unix, "\n"), "\n"), `","`) + `"]}`},
			"a mark and a gap": {"text/plain", "\ufeff\n" + unix},
			"a log":            {"text/plain", "2026-11-26 10:00:00 INFO arquivo recebido:\n" + s.Text},
			"a block of YAML":  {"text/plain", "arquivo: |\n  " + strings.ReplaceAll(unix, "\n", "\n  ")},
			"an element":       {"application/xml", "<a><arquivo>" + s.Text + "</arquivo></a>"},
			"a form":           {"application/x-www-form-urlencoded", unix},
			"a list of events": {"text/event-stream", unix},
			"end of DOS":       {"application/octet-stream", unix + "\x1a"},
		} {
			got := leaves(c[0], c[1])
			for _, v := range s.Planted {
				if left(got, v.Value) {
					t.Errorf("%s: %s: %q is left in %.300q", s.Name, name, v.Value, got)
				}
			}
		}
	}
}

// TestRecordsCutAnywhere holds that nothing is left of a file that was cut off in any
// column.
func TestRecordsCutAnywhere(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	for _, s := range recordFiles(t) {
		for at := 9; at < len(s.Text); at += 23 {
			if !utf8.ValidString(s.Text[:at]) {
				continue
			}
			x := request("https://api.banco.example/v1", proxy.Fields{{Name: "Content-Type", Value: s.Kind}}, "")
			x.Request.Body = proxy.Body{Data: []byte(s.Text[:at]), Size: int64(len(s.Text)), Cut: true}
			out, _ := r.Personal(x)
			for _, part := range plantedBefore(s, at) {
				if left(string(out.Request.Body.Data), part) {
					t.Errorf("%s cut at %d: %q is left in %q", s.Name, at, part, out.Request.Body.Data)
				}
			}
		}
	}
}

// TestRecordsOfOtherColumns holds that CPF and CNPJ are masked wherever they stand in a
// record, and names in the columns that banks have for them.
func TestRecordsOfOtherColumns(t *testing.T) {
	header := fmt.Sprintf("%-240s\n", "09900000         2")
	for _, c := range []struct{ record, value string }{
		{"0990001300001K  1" + "000052998224725" + "77", "52998224725"},
		{"0990001300001K  9" + "99900052998224725" + "77", "52998224725"},
		{"0990001300001P 01" + strings.Repeat(" ", 60) + "00052998224725 A", "52998224725"},
		{"0990001300001K  77" + "11222333000181" + "55", "11222333000181"},
		{"0990001300001P 01" + strings.Repeat(" ", 60) + "9911222333000181771", "11222333000181"},
	} {
		got := leaves("text/plain", header+fmt.Sprintf("%-240s\n", c.record))
		if strings.Contains(got, c.value) || len(got) != 2*241 {
			t.Errorf("%q is left, or the width is another: %q", c.value, got)
		}
	}
}

// TestRecordsFilledToBytes holds that the columns of a line that was filled to a number of
// bytes are counted in bytes.
func TestRecordsFilledToBytes(t *testing.T) {
	record := "0990001300002Q 011000052998224725" + "CONCEIÇÃO ÁVILA" + strings.Repeat(" ", 40-18) + "RUA SÃO JOSÉ 4"
	record += strings.Repeat(" ", 113-len(record)) + "CENTRO         01001000SÃO PAULO     SP"
	record += strings.Repeat(" ", 240-len(record))
	got := leaves("text/plain", record+"\n")
	for _, v := range []string{"52998224725", "CONCEI", "VILA", "RUA", "JOS", "CENTRO", "01001", "PAULO"} {
		if strings.Contains(got, v) {
			t.Errorf("%q is left in %q", v, got)
		}
	}
	if len(got) != 241 || got[151:153] != "SP" {
		t.Errorf("%d bytes, the state at %d: %q", len(got), strings.Index(got, "SP"), got)
	}
}

// TestRecordsAtCapture holds that personal data in records stays until it leaves.
func TestRecordsAtCapture(t *testing.T) {
	for _, s := range recordFiles(t) {
		x := request("https://api.banco.example/v1", proxy.Fields{{Name: "Content-Type", Value: s.Kind}}, s.Text)
		out, _ := redact.New(redact.WithKey(testKey())).Exchange(x)
		if got := string(out.Request.Body.Data); got != s.Text {
			t.Errorf("%s: changed at capture", s.Name)
		}
	}
}

// TestMaskedRecordsMayLeave holds that nothing is found in masked records where a ticket
// shows them: among other text, indented, and in a string.
func TestMaskedRecordsMayLeave(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	for _, s := range recordFiles(t) {
		text := leaves(s.Kind, s.Text)
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, shown := range []string{text, "Request:\n\n```\n" + text + "\n```\n", "    " + strings.ReplaceAll(text, "\n", "\n    "), `{"body":` + string(quoted) + `}`, "curl --data-raw '" + text + "'"} {
			if got, marks := r.Text("ticket", shown); got != shown || len(marks) > 0 {
				t.Errorf("%s: %v in %.500q", s.Name, marks, got)
			}
		}
	}
}

// BenchmarkTextWithoutRecords is a text that begins with a figure, as records do, and
// is none.
func BenchmarkTextWithoutRecords(b *testing.B) {
	line := "2026-11-26 10:00:00 the charge was refused by the bank\n"
	for _, width := range []int{200, 20_000} {
		text := strings.Repeat(line, width/len(line))
		b.Run(fmt.Sprint(width), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			r := redact.New(redact.WithKey(testKey()))
			x := request("https://api.banco.example/v1", proxy.Fields{{Name: "Content-Type", Value: "text/plain"}}, text)
			for b.Loop() {
				r.Personal(x)
			}
		})
	}
}
