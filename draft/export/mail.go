package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"flagrante/draft"
	"flagrante/draft/gate"
)

const (
	// htmlText is where a parcel that is mailed keeps the other form of its text.
	htmlText = "html"
	// mailTimeout bounds a whole conversation with a mail server.
	mailTimeout = 2 * time.Minute
	// methodMail stands where a request has its method.
	methodMail = "SMTP"
)

// letter writes the mail of a parcel, byte for byte as it will leave: the same
// parcel and date give the same bytes.
func (x *Exporter) letter(p Parcel, date time.Time) ([]byte, error) {
	r := x.portals[p.Portal].recipe
	v := values{p.Text, p.Lists}
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := m.From(p.Text["requestor"]); err != nil {
		return nil, fmt.Errorf("the requestor can't be the sender of a mail: %w", err)
	}
	if err := m.To(strings.Split(expand(r.Mail.To, v, oneLine), ",")...); err != nil {
		return nil, fmt.Errorf("the recipient is no mail address: %w", err)
	}
	m.Subject(expand(r.Mail.Subject, v, oneLine))
	m.SetDateWithValue(date)
	m.SetMessageIDWithValue(messageID(p))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	for _, name := range names(r.Mail.Header) {
		m.SetGenHeader(mail.Header(name), expand(r.Mail.Header[name], v, oneLine))
	}
	m.SetBodyString(mail.TypeTextPlain, p.Text["text"])
	m.AddAlternativeString(mail.TypeTextHTML, p.Text[htmlText])
	for _, f := range p.Files {
		if err := m.AttachReader(f.Name, bytes.NewReader(f.Data), mail.WithFileContentType(mail.ContentType(f.Type))); err != nil {
			return nil, fmt.Errorf("attach %s: %w", f.Name, err)
		}
	}
	var out bytes.Buffer
	if _, err := m.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("write the mail: %w", err)
	}
	return settle(out.Bytes(), p), nil
}

// messageID names the ticket of a draft at a portal, always by the same name, so
// that a mail which arrives twice can be told from two (RFC 5322, 3.6.4).
func messageID(p Parcel) string {
	sum := sha256.Sum256([]byte(p.DraftID + "\x00" + p.Portal))
	_, domain, _ := strings.Cut(strings.TrimRight(p.Text["requestor"], "> "), "@")
	return hex.EncodeToString(sum[:10]) + ".flagrante@" + domain
}

// settle replaces the boundaries, which the library draws by lot, by ones that
// depend on the parcel.
func settle(letter []byte, p Parcel) []byte {
	sum := sha256.Sum256([]byte(messageID(p) + p.Text["text"]))
	for i, m := range regexp.MustCompile(`boundary=([0-9a-f]+)`).FindAllSubmatch(letter, -1) {
		letter = bytes.ReplaceAll(letter, m[1], fmt.Appendf(nil, "flagrante-%d-%s", i, hex.EncodeToString(sum[:12])))
	}
	return letter
}

// shownMail is the mail as a preview shows it. Its date is set when it leaves.
func (x *Exporter) shownMail(p Parcel) (Request, error) {
	port := x.portals[p.Portal]
	out := Request{Do: doCreate, Method: methodMail, URL: port.URL}
	if len(p.Missing) > 0 {
		return out, nil
	}
	letter, err := x.letter(p, time.Unix(0, 0).UTC())
	if err != nil {
		return out, err
	}
	out.parts = x.partsOfMail(p, letter)
	out.Body = regexp.MustCompile(`(?m)^Date: .*\r$`).ReplaceAll(letter, []byte("Date: ‹date›\r"))
	if limit := port.recipe.Limits.Request; limit > 0 && len(out.Body) > limit {
		return out, &TooLargeError{p.Portal, len(out.Body), limit}
	}
	return out, nil
}

// partsOfMail takes a mail apart for the gate: head, both texts and files, as they
// are before their transfer encoding.
func (x *Exporter) partsOfMail(p Parcel, letter []byte) []gate.Part {
	head, _, _ := bytes.Cut(letter, []byte("\r\n\r\n"))
	r := x.portals[p.Portal].recipe
	meant := []string{p.Text["requestor"], expand(r.Mail.To, values{p.Text, p.Lists}, oneLine), messageID(p)}
	parts := []gate.Part{
		{Name: "header", Data: head, Meant: meant},
		{Name: "text", ContentType: "text/plain", Data: []byte(p.Text["text"]), Meant: meant},
		{Name: "html", ContentType: "text/html", Data: []byte(p.Text[htmlText]), Meant: meant},
	}
	return append(parts, partsOfFiles(p.Files)...)
}

// mail sends the parcel as one mail.
func (j *job) mail(ctx context.Context) (Result, error) {
	if j.at.Creating {
		return j.result(draft.ReceiptUnknown, j.x.say("portal.mail.cut")), nil
	}
	if digest, err := j.x.digest(j.parcel); err != nil || digest != j.parcel.Digest {
		return j.end(verdict{ending: refused, text: j.x.say("portal.changed")}), nil
	}
	letter, err := j.x.letter(j.parcel, j.now)
	if err == nil {
		err = j.portal.inspect(Request{parts: j.x.partsOfMail(j.parcel, letter)})
	}
	if err != nil {
		text, _ := j.cause(err)
		return j.end(verdict{ending: refused, text: text}), nil
	}
	ctx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	client, err := j.dialMail(ctx)
	if err != nil {
		return j.halted(j.greeted(err)), nil
	}
	defer client.Close()
	v, err := j.deliver(client, letter)
	if err != nil {
		return j.halted(v), err
	}
	return j.delivered(client, v)
}

func (j *job) delivered(client *smtp.Client, v verdict) (Result, error) {
	if v.ending != unclear {
		j.at.Creating = false
	}
	if v.ending == done {
		j.at.Notes = append(j.at.Notes, j.x.say("portal.mail.sent", "id", messageID(j.parcel)))
		// What the server says to a farewell changes nothing.
		_ = client.Quit()
	}
	if err := j.save(j.at); err != nil {
		return j.halted(v), err
	}
	return j.halted(v), nil
}

// dialMail opens a conversation: TLS, and a name and password where there are some.
func (j *job) dialMail(ctx context.Context) (*smtp.Client, error) {
	u, err := url.Parse(j.portal.URL)
	if err != nil {
		return nil, err
	}
	trust, err := j.portal.trust()
	if err != nil {
		return nil, err
	}
	trust.ServerName = u.Hostname()
	options := []mail.Option{mail.WithTLSConfig(trust), mail.WithHELO("flagrante.localhost"), mail.WithTimeout(stepTimeout), mail.WithoutNoop()}
	dial := j.portal.dialer().DialContext
	port := 587
	if u.Scheme == "smtps" {
		port = 465
		secure := &tls.Dialer{NetDialer: j.portal.dialer(), Config: trust}
		dial = secure.DialContext
		options = append(options, mail.WithSSL())
	}
	if n, err := strconv.Atoi(u.Port()); err == nil {
		port = n
	}
	options = append(options, mail.WithPort(port), mail.WithTLSPolicy(mail.TLSMandatory),
		mail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			return dial(ctx, network, address)
		}))
	if basic := j.portal.recipe.Basic; basic != nil {
		if user := expand(basic.User, j.open(), oneLine); user != "" {
			options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(user), mail.WithPassword(expand(basic.Password, j.open(), verbatim)))
		}
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

// greet tests the way to the mail server. It returns what is wrong with it.
func (j *job) greet(ctx context.Context) string {
	client, err := j.dialMail(ctx)
	if err != nil {
		return j.greeted(err).text
	}
	// The test is over; what the server says to a farewell changes nothing.
	_ = client.Quit()
	return ""
}

// greeted judges a conversation that did not come to the mail.
func (j *job) greeted(err error) verdict {
	if code, said := smtpCode(err); code > 0 {
		return j.mailRefused(code, said)
	}
	if strings.Contains(err.Error(), "STARTTLS") {
		return verdict{ending: refused, text: j.x.say("portal.mail.tls")}
	}
	return j.lost(err, false)
}

// deliver hands the mail over. That it has left is saved before it does.
func (j *job) deliver(client *smtp.Client, letter []byte) (verdict, error) {
	if _, limit := client.Extension("SIZE"); limit != "" {
		if n, err := strconv.Atoi(limit); err == nil && n > 0 && len(letter) > n {
			return verdict{ending: refused, text: j.x.say("portal.mail.large", "size", size(len(letter)), "limit", size(n))}, nil
		}
	}
	from, to, err := envelope(letter)
	if err != nil {
		return verdict{ending: refused, text: err.Error()}, nil
	}
	if err := client.Mail(from); err != nil {
		return j.said(err, again), nil
	}
	for _, address := range to {
		if err := client.Rcpt(address); err != nil {
			return j.said(err, again), nil
		}
	}
	j.at.Creating = true
	if err := j.save(j.at); err != nil {
		j.at.Creating = false
		return verdict{ending: again}, err
	}
	w, err := client.Data()
	if err != nil {
		return j.said(err, again), nil
	}
	if _, err := w.Write(letter); err != nil {
		return j.said(err, again), nil
	}
	if err := w.Close(); err != nil {
		return j.said(err, unclear), nil
	}
	return verdict{}, nil
}

// envelope returns the addresses of a mail.
func envelope(letter []byte) (from string, to []string, err error) {
	m, err := mail.EMLToMsgFromReader(bytes.NewReader(letter))
	if err != nil {
		return "", nil, fmt.Errorf("read the mail again: %w", err)
	}
	if from, err = m.GetSender(false); err != nil {
		return "", nil, fmt.Errorf("read the sender: %w", err)
	}
	if to, err = m.GetRecipients(); err != nil {
		return "", nil, fmt.Errorf("read the recipients: %w", err)
	}
	return from, to, nil
}

// said judges what a mail server answered; silent is the ending when it said nothing.
func (j *job) said(err error, silent ending) verdict {
	if code, words := smtpCode(err); code > 0 {
		return j.mailRefused(code, words)
	}
	text, _ := j.cause(err)
	return verdict{ending: silent, text: j.x.say("portal.lost", "cause", text)}
}

// smtpCode finds the code that a server gave (RFC 5321, 4.2), 0 when it gave none.
func smtpCode(err error) (code int, words string) {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return reply.Code, reply.Msg
	}
	return 0, ""
}

// mailRefused says what to do about a code. The first digit tells what may be tried
// again.
func (j *job) mailRefused(code int, words string) verdict {
	key := "portal.mail.refused"
	switch {
	case code == 534, code == 535, code == 530:
		key = "portal.mail.password"
	case code == 552, code == 523:
		key = "portal.mail.too_large"
	case code < 500:
		key = "portal.mail.later"
	}
	text := j.x.say(key, "code", itoa(code), "place", j.portal.secretPlaces())
	if words = (Limits{}).cut(oneLine(words), 200); words != "" {
		text += " " + j.x.say("portal.said", "words", words)
	}
	if code < 500 {
		return verdict{ending: again, text: text}
	}
	return verdict{ending: refused, text: text}
}
