package service

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"flagrante/capture"
	"flagrante/capture/curl"
	"flagrante/capture/har"
	"flagrante/draft/desk/door"
	"flagrante/draft/text"
)

// SendCopy gives a failure in a form that other tools take, as text to copy.
func (d *Service) SendCopy(w http.ResponseWriter, r *http.Request) error {
	f, err := d.FailureOf(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	switch r.PathValue("form") {
	case "curl":
		out.WriteString(curl.Command(f.Exchange.Request) + "\n")
	case "http":
		out.WriteString(curl.HTTPFile(f.Exchange.Request))
	case "md":
		out.WriteString(text.FailureMarkdown(f, d.TextOptions(d.Lang)))
	case "raw":
		out.WriteString(rawOf(f))
	case "har":
		if err := har.Write(&out, har.Creator{Name: "flagrante", Version: d.Version}, []*capture.Failure{f}); err != nil {
			return fmt.Errorf("write the failure: %w", err)
		}
	default:
		return door.ErrNotFound
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// A failing write means that the reader is gone.
	_, _ = w.Write(out.Bytes())
	return nil
}

// rawOf writes the exchange as HTTP/1.1 would put it on the wire. Line breaks in
// fields, which could pass for other fields, are codes.
func rawOf(f *capture.Failure) string {
	var out strings.Builder
	q := f.Exchange.Request
	out.WriteString(text.OneLine(q.Method) + " " + text.OneLine(q.URL) + " " + text.OneLine(q.Proto) + "\n")
	rawMessage(&out, f, SideRequest)
	if r := f.Exchange.Response; r != nil {
		out.WriteString("\n" + text.OneLine(r.Proto) + " " + strconv.Itoa(r.Status) + " " + text.OneLine(r.Reason) + "\n")
		rawMessage(&out, f, SideResponse)
	} else if f.Exchange.Err != nil {
		out.WriteString("\n# " + text.OneLine(f.Exchange.Err.Error()) + "\n")
	}
	return out.String()
}

func rawMessage(out *strings.Builder, f *capture.Failure, side string) {
	header, _, body := SideOf(f, side)
	for _, field := range header {
		out.WriteString(text.OneLine(field.Name) + ": " + text.OneLine(field.Value) + "\n")
	}
	out.WriteString("\n")
	if len(body.Data) > 0 {
		out.WriteString(text.Visible(string(body.Data)) + "\n")
	}
}
