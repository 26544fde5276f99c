package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"flagrante/draft/gate"
)

// htmlText is where a parcel that is mailed keeps the other form of its text.
const htmlText = "html"

// letter is a mail, and the addresses of its envelope.
type letter struct {
	from string
	to   []string
	data []byte
}

// letter writes the mail of a parcel, byte for byte as it will leave: the same parcel
// and date give the same bytes. Values end up in encoded words and parts, so none of
// them can begin a header field or name another recipient.
func (x *Exporter) letter(p Parcel, date time.Time) (letter, error) {
	r := x.portals[p.Portal].recipe
	v := values{text: p.Text, list: p.Lists}
	from, err := mail.ParseAddress(p.Text["requestor"])
	if err != nil {
		return letter{}, fmt.Errorf("the requestor %q can't be the sender of a mail", p.Text["requestor"])
	}
	to, err := mail.ParseAddressList(expand(r.Mail.To, v, oneLine))
	if err != nil {
		return letter{}, fmt.Errorf("the recipient %q is no mail address", expand(r.Mail.To, v, oneLine))
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(from)
	m.ToMailAddress(to...)
	m.Subject(expand(r.Mail.Subject, v, oneLine))
	m.SetDateWithValue(date)
	m.SetMessageIDWithValue(messageID(p))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	for _, name := range names(r.Mail.Header) {
		if value := expand(r.Mail.Header[name], v, oneLine); value != "" {
			m.SetGenHeader(gomail.Header(name), value)
		}
	}
	m.SetBodyString(gomail.TypeTextPlain, p.Text["text"])
	m.AddAlternativeString(gomail.TypeTextHTML, p.Text[htmlText])
	for _, f := range p.Files {
		kind := gomail.ContentType(oneLine(f.Type))
		if err := m.AttachReader(oneLine(f.Name), bytes.NewReader(f.Data), gomail.WithFileContentType(kind)); err != nil {
			return letter{}, fmt.Errorf("attach %s: %w", f.Name, err)
		}
	}
	var out bytes.Buffer
	if _, err := m.WriteTo(&out); err != nil {
		return letter{}, fmt.Errorf("write the mail: %w", err)
	}
	l := letter{from: from.Address, data: settle(out.Bytes(), p)}
	for _, address := range to {
		l.to = append(l.to, address.Address)
	}
	return l, nil
}

// messageID names the ticket of a draft at a portal, always by the same name, so
// that a mail which arrives twice can be told from two (RFC 5322, 3.6.4).
func messageID(p Parcel) string {
	sum := sha256.Sum256([]byte(p.DraftID + "\x00" + p.Portal))
	domain := "flagrante.invalid"
	if from, err := mail.ParseAddress(p.Text["requestor"]); err == nil {
		domain = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	}
	return hex.EncodeToString(sum[:10]) + ".flagrante@" + domain
}

// boundaries finds those that the library draws by lot. No text has such a line, for
// in quoted-printable an equals sign is written =3D.
const boundaries = `(?m)^ boundary=([0-9a-f]{60})\r$`

// settle replaces the boundaries by ones that depend on the parcel.
func settle(data []byte, p Parcel) []byte {
	sum := sha256.Sum256([]byte(messageID(p) + p.Text["text"]))
	for i, m := range regexp.MustCompile(boundaries).FindAllSubmatch(data, -1) {
		data = bytes.ReplaceAll(data, m[1], fmt.Appendf(nil, "flagrante-%d-%s", i, hex.EncodeToString(sum[:12])))
	}
	return data
}

// shownMail is the mail as a preview shows it. Its date is set when it leaves.
func (x *Exporter) shownMail(p Parcel) (Request, error) {
	port := x.portals[p.Portal]
	out := Request{Do: doCreate, Method: methodMail, URL: port.URL}
	if len(p.Missing) > 0 {
		return out, nil
	}
	l, err := x.letter(p, time.Unix(0, 0).UTC())
	if err != nil {
		return out, err
	}
	out.parts = partsOfMail(p, l)
	out.Body = regexp.MustCompile(`(?m)^Date: .*\r$`).ReplaceAll(l.data, []byte("Date: ‹date›\r"))
	if limit := port.recipe.Limits.Request; limit > 0 && len(out.Body) > limit {
		return out, &TooLargeError{p.Portal, len(out.Body), limit}
	}
	return out, nil
}

// partsOfMail takes a mail apart for the gate: head, both texts and files, as they
// are before their transfer encoding. Its addresses are meant to leave.
func partsOfMail(p Parcel, l letter) []gate.Part {
	head, _, _ := bytes.Cut(l.data, []byte("\r\n\r\n"))
	meant := append([]string{p.Text["requestor"], messageID(p), l.from}, l.to...)
	parts := []gate.Part{
		{Name: "header", Data: head, Meant: meant},
		{Name: "text", ContentType: "text/plain", Data: []byte(p.Text["text"]), Meant: meant},
		{Name: "html", ContentType: "text/html", Data: []byte(p.Text[htmlText]), Meant: meant},
	}
	return belonging(p.Hosts, append(parts, partsOfFiles(p.Files)...))
}
