#!/bin/bash
# A real Request Tracker 5 on SQLite, reachable on loopback only.
#
#   rt5.sh installed      tells by its exit code whether Debian's packages are there
#   rt5.sh install        installs them where they are missing, which needs root
#   rt5.sh up DIR PORT    makes a fresh instance in DIR and waits until it answers
#   rt5.sh down DIR       stops the instance of DIR by its process id
#
# "up" installs as well; the server itself does not need root. DIR then holds:
# token (an API token), pid, rt.db, init.log, server.log.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

fail() { echo "rt5: $*" >&2; exit 1; }

installed() { dpkg -s rt5-standalone rt5-db-sqlite request-tracker5 >/dev/null 2>&1; }

install_packages() {
  installed && return
  [ "$(id -u)" = 0 ] || fail "request-tracker5, rt5-db-sqlite and rt5-standalone are not installed, and only root can install them"
  local p=request-tracker5
  debconf-set-selections <<EOF
$p $p/dbconfig-install boolean false
$p $p/handle-siteconfig-permissions boolean false
$p $p/install-cronjobs boolean false
$p $p/initial-root-password password not-used-here
$p $p/initial-root-password-confirm password not-used-here
EOF
  local log
  log=$(mktemp)
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    request-tracker5 rt5-db-sqlite rt5-standalone >"$log" 2>&1 ||
    fail "apt-get install failed: $(tail -n 3 "$log")"
  rm "$log"
}

write_config() {
  cat >"$1/RT_SiteConfig.pm" <<EOF
Set(\$rtname, 'rt.test');
Set(\$Organization, 'rt.test');
Set(\$DatabaseType, 'SQLite');
Set(\$DatabaseName, '$1/rt.db');
Set(\$MasonDataDir, '$1/mason');
Set(\$WebDomain, '127.0.0.1');
Set(\$WebPort, $2);
Set(\$WebPath, '');
Set(\$MailCommand, 'testfile');
Set(\$CorrespondAddress, 'support@rt.test');
Set(\$CommentAddress, 'comment@rt.test');
Set(\$Timezone, 'America/Sao_Paulo');
# Tokens are checked by it with each request, which takes 0.3 s of processor at RT's own 12.
Set(\$BcryptCost, 4);
Set(\$LogToSyslog, undef);
Set(\$LogToSTDERR, 'error');
1;
EOF
}

init_database() {
  rm -f "$1/rt.db" "$1/token"
  {
    rt-setup-database-5 --action init --skip-create
    RT5_TOKEN_FILE="$1/token" rt-setup-database-5 --action insert --datafile "$here/seed.pl"
  } </dev/null >"$1/init.log" 2>&1 || fail "the database was not made: $(tail -n 3 "$1/init.log")"
  [ -s "$1/token" ] || fail "the seed left no token: $(tail -n 3 "$1/init.log")"
}

start_server() {
  setsid /usr/share/request-tracker5/libexec/rt-server --server Starlet \
    --host 127.0.0.1 --port "$2" --max-workers 2 </dev/null >"$1/server.log" 2>&1 &
  echo $! >"$1/pid"
}

wait_for_answer() {
  curl --silent --fail --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors --max-time 90 \
    --header "Authorization: token $(cat "$1/token")" "http://127.0.0.1:$2/REST/2.0/rt" ||
    fail "no answer on port $2: $(tail -n 3 "$1/server.log")"
}

up() {
  mkdir -p "$1/conf.d" "$1/mason"
  chmod 0700 "$1"
  local dir
  dir=$(cd "$1" && pwd)
  export PATH=$PATH:/usr/sbin RT_SITE_CONFIG=$dir/RT_SiteConfig.pm RT_SITE_CONFIG_DIR=$dir/conf.d
  install_packages
  umask 077
  write_config "$dir" "$2"
  init_database "$dir"
  start_server "$dir" "$2"
  wait_for_answer "$dir" "$2"
}

down() {
  local pid
  pid=$(cat "$1/pid") || fail "$1 has no running instance"
  kill -- "-$pid"
  timeout 30 tail --pid="$pid" --follow /dev/null || fail "the process $pid does not end"
  rm "$1/pid"
}

case "${1:-} $#" in
  "installed 1") installed ;;
  "install 1") install_packages ;;
  "up 3") up "$2" "$3" ;;
  "down 2") down "$2" ;;
  *) fail "usage: rt5.sh installed | rt5.sh install | rt5.sh up DIR PORT | rt5.sh down DIR" ;;
esac
