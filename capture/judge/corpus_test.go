package judge_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"flagrante/capture/decode/decodetest"
	"flagrante/capture/extract"
	"flagrante/capture/judge"
	"flagrante/proxy"
)

// sample is one exchange of the corpus with the verdict that it must have.
type sample struct {
	name string
	x    *proxy.Exchange
	want map[string]string
}

// corpus reads testdata/exchange; README.md there explains the form.
func corpus(t testing.TB) []sample {
	t.Helper()
	files, err := filepath.Glob("../../testdata/exchange/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var all []sample
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split("\n"+string(data), "\n=== ")[1:] {
			all = append(all, read(t, block))
		}
	}
	return all
}

func read(t testing.TB, block string) sample {
	t.Helper()
	name, rest, _ := strings.Cut(block, "\n")
	parts := strings.Split(rest, "---\n")
	if len(parts) != 3 {
		t.Fatalf("%s: %d parts, want request, answer and verdict", name, len(parts))
	}
	start, fields, body := message(parts[0])
	method, url, _ := strings.Cut(start, " ")
	x := &proxy.Exchange{Request: proxy.Request{Method: method, URL: url, Header: fields, Body: proxy.Body{Data: []byte(body), Complete: true}}}
	x.Response = answer(t, parts[1])
	x.Aborted = strings.Contains(parts[1], "\n!aborted\n")
	want := map[string]string{}
	for line := range strings.Lines(parts[2]) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			want[key] = value
		}
	}
	return sample{name, x, want}
}

func message(text string) (start string, fields proxy.Fields, body string) {
	head, body, _ := strings.Cut(text, "\n\n")
	start, head, _ = strings.Cut(head, "\n")
	for line := range strings.Lines(head) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if name != "" {
			fields = append(fields, proxy.Field{Name: name, Value: value})
		}
	}
	return strings.TrimSpace(start), fields, strings.TrimSuffix(body, "\n")
}

func answer(t testing.TB, text string) *proxy.Response {
	t.Helper()
	start, fields, body := message(text)
	code, kind, _ := strings.Cut(start, " ")
	status, err := strconv.Atoi(code)
	if err != nil {
		t.Fatal(err)
	}
	r := &proxy.Response{Status: status, Header: proxy.Fields{{Name: "Content-Type", Value: kind}}, Body: proxy.Body{Data: []byte(body), Complete: true}}
	for _, f := range fields {
		directive, isDirective := strings.CutPrefix(f.Name, "!")
		trailer, isTrailer := strings.CutPrefix(f.Name, "Trailer-")
		switch {
		case isDirective:
			direct(t, r, directive)
		case isTrailer:
			r.Trailer = append(r.Trailer, proxy.Field{Name: trailer, Value: f.Value})
		default:
			r.Header = append(r.Header, f)
		}
	}
	r.Body.Size = int64(len(r.Body.Data))
	if r.Body.Cut {
		r.Body.Size += 1000
	}
	return r
}

// direct does to a body what its "!" line says.
func direct(t testing.TB, r *proxy.Response, directive string) {
	t.Helper()
	switch directive {
	case "cut":
		r.Body.Cut = true
	case "broken":
		r.Body.Data = r.Body.Data[:len(r.Body.Data)-12]
	case "aborted":
		r.Body.Complete = false
	case "early":
		r.Body.Complete, r.Body.Err = false, "connection reset"
	case "trailers":
		r.Body.Data = slices.Concat(framed(0, []byte("message")), framed(0x80, bytes.ReplaceAll(r.Body.Data, []byte("\n"), []byte("\r\n"))))
	case "end":
		r.Body.Data = slices.Concat(framed(0, []byte("{}")), framed(2, r.Body.Data))
	case "base64":
		r.Body.Data = []byte(base64.StdEncoding.EncodeToString(r.Body.Data))
	case "bom":
		r.Body.Data = append([]byte("\ufeff"), r.Body.Data...)
	case "utf16":
		data, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(r.Body.Data)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Data = data
	case "latin1":
		data, err := charmap.ISO8859_1.NewEncoder().Bytes(r.Body.Data)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Data = data
	case "uncoded":
		r.Header = append(r.Header, proxy.Field{Name: "Content-Encoding", Value: "gzip"})
	case "unannounced":
		r.Body.Data = decodetest.Pack(t, "gzip", r.Body.Data)
	default:
		r.Body.Data = decodetest.Pack(t, directive, r.Body.Data)
		r.Header = append(r.Header, proxy.Field{Name: "Content-Encoding", Value: directive})
	}
}

// framed puts flags and length before data, as gRPC-Web and Connect do.
func framed(flags byte, data []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(data))), data...)
}

func TestCorpus(t *testing.T) {
	j := rules(t)
	all := corpus(t)
	if len(all) < 400 {
		t.Errorf("the corpus has %d exchanges, want 400 at least", len(all))
	}
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			v, tries := j.Explain(s.x)
			got := map[string]string{}
			if v.Failing {
				got["kind"] = string(v.Kind)
				said := j.Vendor(s.x)
				for key, value := range map[string]string{"code": said.Code, "message": said.Message, "ids": strings.Join(extract.RequestIDs(s.x, extract.BodyIDs(s.x.Response)), ", ")} {
					if s.want[key] != "" {
						got[key] = value
					}
				}
			}
			if v.Expected {
				got["expected"] = "true"
			}
			fired := slices.IndexFunc(tries, func(t judge.Try) bool { return t.Outcome == judge.Fired })
			if want := s.want["rule"]; fired >= 0 && v.Failing {
				got["rule"] = want
				if !slices.Contains(strings.Split(want, "|"), tries[fired].Rule) && want != "" {
					got["rule"] = tries[fired].Rule
				}
				if want == "" {
					delete(got, "rule")
				}
			}
			if diff := cmp.Diff(s.want, got); diff != "" {
				t.Errorf("-want +got:\n%s\ntries: %+v", diff, tries)
			}
			slices.Reverse(s.x.Response.Header)
			for i := range s.x.Response.Header {
				s.x.Response.Header[i].Name = strings.ToUpper(s.x.Response.Header[i].Name)
			}
			if diff := cmp.Diff(v, j.Judge(s.x)); diff != "" {
				t.Errorf("judged again, with the fields in another order and case:\n%s", diff)
			}
		})
	}
}
