//go:build e2e

package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/export/portaltest"
)

// mailbox is a real mail server with the tests on it.
type mailbox struct{ portaltest.Exim }

func (b mailbox) portal(to string) Portal {
	return Portal{
		Recipe: "mail", URL: "smtp://" + b.Address, CAFile: b.CAFile, TokenEnv: "MAIL_PASSWORD", AllowPrivate: true,
		Requestor: "QA da integração <qa@integrator.example>", Set: map[string]string{"to": to, "user": "exporter"},
	}
}

// arrived is a mail as its reader has it.
type arrived struct {
	From, To, Subject, ID string
	Plain, HTML           string
	// Files are the digests of the attachments by their names.
	Files map[string]string
}

func TestExim(t *testing.T) {
	b := mailbox{portaltest.StartExim(t)}
	t.Run("delivers what the preview showed", func(t *testing.T) { b.delivers(t) })
	t.Run("says what to do", func(t *testing.T) { b.refuses(t) })
}

func (b mailbox) delivers(t *testing.T) {
	x, d := mailer(t, b.portal("Suporte <suporte@banco.example>, plantao@banco.example"), "segredo"), sample()
	d.Title = "POST /pix: “503” =?utf-8?q?x?= e ação\r\nBcc: alguem\r\n\r\n<b>corpo</b>"
	screenshot := File{Name: "ecrã \"1\"\r\nX-A: b.png", Type: "image/png", Data: []byte("\x89PNG\r\n.\r\nboundary=0\r\n\xff\x00"), Checked: true}
	empty := File{Name: "vazio.txt", Type: "text/plain"}
	parcel, preview, err := x.Pack("bank", d, []File{screenshot, empty})
	if err != nil || preview.Findings != nil || preview.Missing != nil {
		t.Fatalf("%v, findings %v, missing %v", err, preview.Findings, preview.Missing)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	if result.State != draft.ReceiptSent || len(result.Notes) != 1 || !strings.Contains(result.Notes[0], messageID(parcel)) {
		t.Fatalf("got %+v", result)
	}
	want := arrived{
		From: "QA da integração <qa@integrator.example>", To: "\"Suporte\" <suporte@banco.example>, <plantao@banco.example>",
		Subject: parcel.Text["title"], ID: "<" + messageID(parcel) + ">",
		Plain: strings.TrimRight(parcel.Text["text"], "\n"), HTML: strings.TrimRight(parcel.Text[htmlText], "\n"), Files: map[string]string{},
	}
	for _, f := range parcel.Files {
		// What may not stand in a file's name is replaced.
		want.Files[strings.NewReplacer(`"`, "_", ":", "_").Replace(oneLine(f.Name))] = fmt.Sprintf("%x", sha256.Sum256(f.Data))
	}
	// One for each recipient, for both have the same mailbox.
	mails := b.Mails(t, 2)
	to := map[string]bool{}
	for _, m := range mails {
		if diff := cmp.Diff(want, read(t, m)); diff != "" {
			t.Errorf("mail (-want +got):\n%s", diff)
		}
		to[m.Header.Get("Envelope-To")] = true
	}
	if diff := cmp.Diff(map[string]bool{"suporte@banco.example": true, "plantao@banco.example": true}, to); diff != "" || len(mails) != 2 {
		t.Errorf("%d mails went to (-want +got):\n%s", len(mails), diff)
	}
	for _, name := range []string{"Bcc", "X-A"} {
		if mails[0].Header.Get(name) != "" {
			t.Errorf("a value made the field %s", name)
		}
	}
	if got := mails[0].Header.Get("X-Flagrante-Fingerprint"); got != d.Fingerprint {
		t.Errorf("the fingerprint is %q", got)
	}
}

// read takes a mail apart with the standard library.
func read(t *testing.T, m *mail.Message) arrived {
	t.Helper()
	words := new(mime.WordDecoder)
	head := func(name string) string {
		text, err := words.DecodeHeader(m.Header.Get(name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	got := arrived{From: head("From"), To: head("To"), Subject: head("Subject"), ID: m.Header.Get("Message-ID"), Files: map[string]string{}}
	parts(t, m.Header.Get("Content-Type"), m.Body, func(kind, name string, data []byte) {
		switch {
		case name != "":
			plain, err := words.DecodeHeader(name)
			if err != nil {
				t.Fatal(err)
			}
			got.Files[plain] = fmt.Sprintf("%x", sha256.Sum256(data))
		case kind == "text/plain":
			got.Plain = strings.TrimRight(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
		case kind == "text/html":
			got.HTML = strings.TrimRight(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
		}
	})
	return got
}

func parts(t *testing.T, kind string, body io.Reader, each func(kind, name string, data []byte)) {
	t.Helper()
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(media, "multipart/") {
		t.Fatalf("the mail is %s", media)
	}
	for reader := multipart.NewReader(body, params["boundary"]); ; {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "multipart/") {
			parts(t, part.Header.Get("Content-Type"), part, each)
			continue
		}
		inner, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		decoded := io.Reader(part)
		switch part.Header.Get("Content-Transfer-Encoding") {
		case "base64":
			decoded = base64.NewDecoder(base64.StdEncoding, part)
		case "quoted-printable":
			decoded = quotedprintable.NewReader(part)
		}
		data, err := io.ReadAll(decoded)
		if err != nil {
			t.Fatal(err)
		}
		each(inner, part.FileName(), data)
	}
}

func (b mailbox) refuses(t *testing.T) {
	before := len(b.Mails(t, 2))
	for _, test := range []struct {
		name, to, password string
		files              []File
		change             func(*Portal)
		state              draft.ReceiptState
		says               string
	}{
		{"a wrong password", "suporte@banco.example", "errado", nil, nil, draft.ReceiptFailed, "refused user or password (535): check user and the environment variable MAIL_PASSWORD"},
		{"greylisted", "greylist@banco.example", "segredo", nil, nil, draft.ReceiptSending, "puts it off (451). The portal said: “4.7.1 Greylisted, try again later”"},
		{"no such mailbox", "nobody@banco.example", "segredo", nil, nil, draft.ReceiptFailed, "did not accept it (550): check sender and recipient"},
		{"nobody signs in", "suporte@banco.example", "segredo", nil, func(p *Portal) { delete(p.Set, "user") }, draft.ReceiptFailed, "refused user or password (530)"},
		{"too large", "suporte@banco.example", "segredo", []File{{Name: "a.png", Type: "image/png", Data: bytes.Repeat([]byte{1}, 9_000_000), Checked: true}}, nil, draft.ReceiptFailed, "the server takes 10.5 MB"},
		{"a certificate of nobody's", "suporte@banco.example", "segredo", nil, func(p *Portal) { p.CAFile = "" }, draft.ReceiptFailed, "name it in ca_file"},
		{"private and not meant so", "suporte@banco.example", "segredo", nil, func(p *Portal) { p.AllowPrivate = false }, draft.ReceiptFailed, "set allow_private"},
		{"TLS from the start where there is none", "suporte@banco.example", "segredo", nil, func(p *Portal) { p.URL = "smtps://" + b.Address }, draft.ReceiptFailed, "does not speak TLS on this port"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := b.portal(test.to)
			if test.change != nil {
				test.change(&p)
			}
			x := mailer(t, p, test.password)
			parcel, _, err := x.Pack("bank", sample(), test.files)
			if err != nil {
				t.Fatal(err)
			}
			result := goOn(t, x, parcel, Progress{}, false)
			if result.State != test.state || !strings.Contains(result.Text, test.says) || result.Creating {
				t.Errorf("got %+v\nwant %s: … %s …", result, test.state, test.says)
			}
		})
	}
	if after := len(b.Mails(t, 2)); after != before {
		t.Errorf("%d mails came of that", after-before)
	}
	checked, err := mailer(t, b.portal("suporte@banco.example"), "segredo").Check(t.Context(), "bank")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Checked{{Do: "secrets"}, {Do: "smtp"}}, checked); diff != "" {
		t.Errorf("check (-want +got):\n%s", diff)
	}
}
