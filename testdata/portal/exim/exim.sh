#!/bin/bash
# A real Exim 4 as a submission server, reachable on loopback only.
#
#   exim.sh installed      tells by its exit code whether Debian's package is there
#   exim.sh install        installs it where it is missing, which needs root
#   exim.sh up DIR PORT    starts a daemon in DIR, which holds cert.pem and key.pem; needs root,
#                          for Exim delivers as its own user
#   exim.sh down DIR       stops the daemon of DIR by its process id
#
# It speaks STARTTLS on PORT, asks for user "exporter" with password "segredo", takes 10 MB,
# puts off recipients called greylist, and delivers into DIR/mail/Maildir.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
owner=Debian-exim

fail() { echo "exim: $*" >&2; exit 1; }

installed() { command -v exim4 >/dev/null || [ -x /usr/sbin/exim4 ]; }

install_packages() {
  installed && return
  [ "$(id -u)" = 0 ] || fail "exim4-daemon-light is not installed, and only root can install it"
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends exim4-daemon-light >/dev/null ||
    fail "apt-get install failed"
}

listens() { timeout 1 bash -c "exec 3<>/dev/tcp/127.0.0.1/$1" 2>/dev/null; }

up() {
  local dir
  dir=$(cd "$1" && pwd)
  [ "$(id -u)" = 0 ] || fail "only root can start it"
  install_packages
  mkdir -p "$dir"/{spool,log,mail}
  sed -e "s|@DIR@|$dir|g" -e "s|@PORT@|$2|g" "$here/exim.conf" >"$dir/exim.conf"
  chown "$owner" "$dir"/{spool,log,mail,cert.pem,key.pem}
  # It has to reach its folders through those above, which are for their owner alone.
  chmod o+x "$dir" "$dir/.."
  PATH=$PATH:/usr/sbin exim4 -C "$dir/exim.conf" -bd -oP "$dir/pid" || fail "it does not start"
  for _ in $(seq 100); do
    listens "$2" && [ -s "$dir/pid" ] && return
    sleep 0.1
  done
  fail "no answer on port $2: $(tail -n 3 "$dir"/log/* 2>/dev/null)"
}

down() {
  local pid
  pid=$(cat "$1/pid") || fail "$1 has no running daemon"
  kill "$pid"
  timeout 30 tail --pid="$pid" --follow /dev/null || fail "the process $pid does not end"
}

case "${1:-} $#" in
  "installed 1") installed ;;
  "install 1") install_packages ;;
  "up 3") up "$2" "$3" ;;
  "down 2") down "$2" ;;
  *) fail "usage: exim.sh installed | exim.sh install | exim.sh up DIR PORT | exim.sh down DIR" ;;
esac
