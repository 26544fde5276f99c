package export

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

// mailer returns an Exporter whose portal mails with a password.
func mailer(t *testing.T, p Portal, password string) *Exporter {
	t.Helper()
	x, err := New(Options{
		Portals: map[string]Portal{"bank": p}, Text: writing(t), Gate: lastGate(),
		Secrets: Sources{Env: func(name string) (string, bool) { return password, name == "MAIL_PASSWORD" }},
		Now:     func() time.Time { return time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func byMail(address string) Portal {
	return Portal{Recipe: "mail", URL: "smtp://" + address, Requestor: "qa@integrator.example", AllowPrivate: true, Set: map[string]string{"to": "suporte@banco.example"}}
}

func TestTheSameDraftGivesTheSameMail(t *testing.T) {
	x, d := mailer(t, byMail("127.0.0.1:1"), ""), sample()
	d.Title = "a\r\nBcc: x@y.test\r\n\r\nb"
	file := File{Name: "a\r\nX-A: b.png", Type: "image/png\r\nX-B: c", Data: []byte("\x89PNG\nboundary=0\n"), Checked: true}
	p, preview, err := x.Pack("bank", d, []File{file})
	if err != nil {
		t.Fatal(err)
	}
	var letters []letter
	for range 2 {
		l, err := x.letter(p, x.now())
		if err != nil {
			t.Fatal(err)
		}
		letters = append(letters, l)
	}
	if diff := cmp.Diff(string(letters[0].data), string(letters[1].data)); diff != "" {
		t.Errorf("two letters of one parcel (-first +second):\n%s", diff)
	}
	shown := strings.ReplaceAll(string(preview.Body), "Date: ‹date›", "Date: Mon, 23 Nov 2026 14:00:00 +0000")
	if diff := cmp.Diff(string(letters[0].data), shown); diff != "" {
		t.Errorf("the preview (-leaves +shown):\n%s", diff)
	}
	m, err := mail.ReadMessage(bytes.NewReader(letters[0].data))
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]bool{}
	for name := range m.Header {
		fields[name] = true
	}
	want := map[string]bool{
		"Auto-Submitted": true, "Content-Type": true, "Date": true, "From": true, "Message-Id": true, "Mime-Version": true, "Subject": true, "To": true,
		"X-Flagrante-Environment": true, "X-Flagrante-Fingerprint": true, "X-Flagrante-Severity": true,
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	for line := range strings.Lines(string(letters[0].data)) {
		if strings.HasPrefix(line, "X-A") || strings.HasPrefix(line, "X-B") || strings.HasPrefix(line, "Bcc") {
			t.Errorf("a value made a field: %q", line)
		}
	}
	if diff := cmp.Diff([]string{"suporte@banco.example"}, letters[0].to); diff != "" || letters[0].from != "qa@integrator.example" {
		t.Errorf("from %q, to (-want +got):\n%s", letters[0].from, diff)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for name, change := range map[string]func(*Portal){
		"sender":    func(p *Portal) { p.Requestor = "qa@integrator.example, outro@x.test" },
		"recipient": func(p *Portal) { p.Set["to"] = "suporte" },
	} {
		t.Run(name, func(t *testing.T) {
			p := byMail("127.0.0.1:1")
			change(&p)
			if _, _, err := mailer(t, p, "").Pack("bank", sample(), nil); err == nil || !strings.Contains(err.Error(), "the "+map[string]string{"sender": "requestor", "recipient": "recipient"}[name]) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// curt is a mail server without TLS that ends the conversation at a command.
func curt(t *testing.T, end string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		listener.Close()
		<-done
	})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			converse(conn, end)
		}
	}()
	return listener.Addr().String()
}

func converse(conn net.Conn, end string) {
	defer conn.Close()
	lines := bufio.NewReader(conn)
	if _, err := io.WriteString(conn, "220 curt\r\n"); err != nil {
		return
	}
	for {
		line, err := lines.ReadString('\n')
		if err != nil || strings.HasPrefix(line, end) {
			return
		}
		if _, err := io.WriteString(conn, "250 curt\r\n"); err != nil {
			return
		}
	}
}

func TestWithoutTLSNothingIsMailed(t *testing.T) {
	for name, test := range map[string]struct {
		end   string
		state draft.ReceiptState
		says  string
	}{
		"no STARTTLS":   {"QUIT", draft.ReceiptFailed, "offers no TLS (STARTTLS)"},
		"it is cut off": {"EHLO", draft.ReceiptSending, "nothing was sent: the portal closed the connection"},
	} {
		t.Run(name, func(t *testing.T) {
			x := mailer(t, byMail(curt(t, test.end)), "")
			if result := deliver(t, x, sample()); result.State != test.state || !strings.Contains(result.Text, test.says) || result.Creating {
				t.Errorf("got %+v", result)
			}
		})
	}
}

func TestAMailThatWasCutOffIsNotSentAgain(t *testing.T) {
	x := mailer(t, byMail("127.0.0.1:1"), "")
	p, _, err := x.Pack("bank", sample(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if result := goOn(t, x, p, Progress{Creating: true}, true); result.State != draft.ReceiptUnknown || !strings.Contains(result.Text, "ask the support whether it came") {
		t.Errorf("got %+v", result)
	}
}
