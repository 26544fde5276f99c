//go:build e2e

package main_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flagrante/capture/store/storetest"
)

// operator lets commands that ask for passwords have them, and has failures in the data folder, which the page moves.
const operator = `
createuser() { printf '%s\n' "$PGPASSWORD" "$PGPASSWORD" | command createuser "$@"; }
psql() {
  case "$*" in
  *'\password'*) printf '%s\n' proxys proxys desks desks | command psql "$@" ;;
  *) command psql "$@" ;;
  esac
}
flagrante import recording.har
`

// teamed is what works when the page was followed: what was moved is there, and both kinds of processes are let in.
const teamed = `
flagrante drafts | grep .
unset FLAGRANTE_STORE
PGPASSWORD=proxys flagrante doctor --data proxy --config config1.yaml --option proxy.listen=127.0.0.1:0 --option desk.listen=127.0.0.1:0 | grep 'lets this proxy in'
PGPASSWORD=desks flagrante drafts --data desk --config config2.yaml | grep .
`

// TestTheGuideOfTeamsRuns follows the page on a real PostgreSQL, as who operates it: commands, and settings.
func TestTheGuideOfTeamsRuns(t *testing.T) {
	for _, lang := range []string{"en", "pt-BR"} {
		t.Run(lang, func(t *testing.T) {
			page, err := os.ReadFile(filepath.Join(root, "docs", "guide", "team."+lang+".md"))
			if err != nil {
				t.Fatal(err)
			}
			server := storetest.Running(t)
			address, err := url.Parse(server.Address)
			if err != nil {
				t.Fatal(err)
			}
			password, _ := address.User.Password()
			home := reader{dir: t.TempDir()}
			// The one who sets up servers has the name that the page gives to the owner.
			home.env = append(os.Environ(), "HOME="+home.dir, "PGHOST=127.0.0.1", "PGPORT="+address.Port(), "PGUSER=flagrante", "PGPASSWORD="+password)
			here := strings.NewReplacer("--pwprompt flagrante", "--pwprompt owner", "--owner=flagrante flagrante", "--owner=owner team", "flagrante@db.loja.example/flagrante?",
				"owner@localhost:"+address.Port()+"/team?", "@db.loja.example/flagrante?", "@localhost:"+address.Port()+"/team?", "/etc/flagrante/db-ca.pem", filepath.Join(server.Dir, "ca.pem"))
			text := here.Replace(string(page))
			har, err := os.ReadFile(filepath.Join(root, "testdata", "har", "shaped", "firefox.har"))
			if err != nil {
				t.Fatal(err)
			}
			home.write(t, "recording.har", string(har))
			settings := fenced(text, "yaml")
			for i, name := range []string{"config1.yaml", "config2.yaml"} {
				home.write(t, name, settings[i])
			}
			typed := regexp.MustCompile(`(?m)^\$ `).ReplaceAllString(strings.Join(fenced(text, "console"), ""), "")
			home.run(t, operator+typed+teamed)
		})
	}
}

// fenced returns the blocks of a document that are in a language.
func fenced(doc, lang string) []string {
	var blocks []string
	for _, match := range regexp.MustCompile("(?s)\n```"+lang+"\n(.*?)```").FindAllStringSubmatch(doc, -1) {
		blocks = append(blocks, match[1])
	}
	return blocks
}
