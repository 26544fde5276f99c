package export

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"flagrante/draft"
)

const (
	// mailTimeout bounds a whole conversation with a mail server.
	mailTimeout = 2 * time.Minute
	// methodMail stands where a request has its method.
	methodMail = "SMTP"
)

// mail sends the parcel as one mail.
func (j *job) mail(ctx context.Context) (Result, error) {
	if j.at.Creating {
		return j.result(draft.ReceiptUnknown, j.x.say("portal.mail.cut")), nil
	}
	if !j.unchanged() {
		return j.end(verdict{ending: refused, text: j.x.say("portal.changed")}), nil
	}
	l, err := j.x.letter(j.parcel, j.now)
	if err == nil {
		err = j.portal.inspect(Request{parts: partsOfMail(j.parcel, l)})
	}
	if err != nil {
		return j.end(j.unmailed(err)), nil
	}
	ctx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	client, err := j.dialMail(ctx)
	if err != nil {
		return j.halted(j.greeted(err)), nil
	}
	defer client.Close()
	v, err := j.deliver(client, l)
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
	var conn net.Conn
	dial := func(ctx context.Context, network, address string) (_ net.Conn, err error) {
		conn, err = j.portal.dialer().DialContext(ctx, network, address)
		if err != nil || u.Scheme != "smtps" {
			return conn, err
		}
		secure := tls.Client(conn, trust)
		err = secure.HandshakeContext(ctx)
		return secure, err
	}
	options := append(j.login(), mail.WithTLSConfig(trust), mail.WithHELO("flagrante.localhost"), mail.WithTimeout(j.portal.patience),
		mail.WithoutNoop(), mail.WithTLSPolicy(mail.TLSMandatory), mail.WithDialContextFunc(dial))
	if u.Scheme == "smtps" {
		options = append(options, mail.WithSSL())
	}
	client, err := mail.NewClient(u.Hostname(), append(options, mail.WithPort(mailPort(u)))...)
	if err != nil {
		return nil, err
	}
	opened, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil && conn != nil {
		// The library leaves it open.
		return nil, errors.Join(err, conn.Close())
	}
	return opened, err
}

// login is the name and the password for the server, where there is a name.
func (j *job) login() []mail.Option {
	basic := j.portal.recipe.Basic
	if basic == nil {
		return nil
	}
	user := expand(basic.User, j.open(), oneLine)
	if user == "" {
		return nil
	}
	return []mail.Option{mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(user), mail.WithPassword(expand(basic.Password, j.open(), verbatim))}
}

// mailPort is the port of the URL, or that of submission (RFC 8314).
func mailPort(u *url.URL) int {
	if n, err := strconv.Atoi(u.Port()); err == nil {
		return n
	}
	if u.Scheme == "smtps" {
		return 465
	}
	return 587
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

// unmailed says why a mail could not be written, or must not leave.
func (j *job) unmailed(err error) verdict {
	text, _ := j.cause(err)
	return verdict{ending: refused, text: text}
}

// deliver hands the mail over. That it has left is saved before it does.
func (j *job) deliver(client *smtp.Client, l letter) (verdict, error) {
	if _, limit := client.Extension("SIZE"); limit != "" {
		if n, err := strconv.Atoi(limit); err == nil && n > 0 && len(l.data) > n {
			return verdict{ending: refused, text: j.x.say("portal.mail.large", "size", size(len(l.data)), "limit", size(n))}, nil
		}
	}
	if v := j.address(client, l); v.ending != done {
		return v, nil
	}
	j.at.Creating = true
	if err := j.save(j.at); err != nil {
		j.at.Creating = false
		return verdict{ending: again}, err
	}
	return j.content(client, l.data), nil
}

// address gives the server the envelope.
func (j *job) address(client *smtp.Client, l letter) verdict {
	if err := client.Mail(l.from); err != nil {
		return j.said(err, again)
	}
	for _, to := range l.to {
		if err := client.Rcpt(to); err != nil {
			return j.said(err, again)
		}
	}
	return verdict{}
}

// content gives the server the mail itself. It is the server's from the answer to the
// final dot on (RFC 5321, 4.2.5): before the dot nothing was mailed, and without that
// answer nobody knows.
func (j *job) content(client *smtp.Client, data []byte) verdict {
	w, err := client.Data()
	if err != nil {
		return j.said(err, again)
	}
	if _, err := w.Write(data); err != nil {
		return j.said(err, again)
	}
	if err := w.Close(); err != nil {
		return j.said(err, unclear)
	}
	return verdict{}
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
