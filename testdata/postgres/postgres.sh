#!/bin/bash
# A real PostgreSQL from Debian's packages, reachable on loopback only.
#
#   postgres.sh installed      tells by its exit code whether the server is there
#   postgres.sh up DIR PORT    makes a fresh cluster in DIR and waits until it answers
#   postgres.sh start DIR      starts the cluster of DIR again
#   postgres.sh kill DIR       ends it as a crash does, with what it has begun
#   postgres.sh stop DIR       stops it with all written down, to be started again
#   postgres.sh standby DIR OF PORT
#                              makes a standby in DIR of the cluster of the folder OF, which from then on
#                              waits with each commit until the standby has it
#   postgres.sh promote DIR    makes a standby the server that takes what is written
#   postgres.sh down DIR       stops it at once, by its process id
#
# The server runs as the user postgres where this runs as root, as no server of
# PostgreSQL may run as root. DIR then holds: password (of the user flagrante, who owns
# the database flagrante), ca.pem (who signed the server's certificate, for 127.0.0.1 and
# localhost), data, server.log, port.
set -euo pipefail

fail() { echo "postgres: $*" >&2; exit 1; }

# bin is the folder of the newest version.
bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }

installed() { [ -x "$(bin)/initdb" ] && command -v openssl >/dev/null; }

# server runs a program of the server as somebody who may.
server() {
  local program="$(bin)/$1"
  shift
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$program" "$@")
  else
    "$program" "$@"
  fi
}

# certify makes an authority and a certificate for loopback.
certify() {
  local dir=$1
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=flagrante test authority" \
    -keyout "$dir/ca.key" -out "$dir/ca.pem" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout "$dir/data/server.key" -out "$dir/server.csr" 2>/dev/null
  openssl x509 -req -in "$dir/server.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -days 2 -out "$dir/data/server.crt" \
    -extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') 2>/dev/null
  rm "$dir/ca.key" "$dir/server.csr"
  chmod 600 "$dir/data/server.key"
}

# own gives files to the user that the server runs as.
own() { [ "$(id -u)" != 0 ] || chown -R postgres:postgres "$@"; }

up() {
  local dir=$1 port=$2
  installed || fail "PostgreSQL is not installed: run .ci/need postgresql"
  mkdir -p "$dir"
  echo "$port" >"$dir/port"
  (umask 077 && head -c 24 /dev/urandom | base64 | tr -d '/+=' >"$dir/password")
  own "$dir"
  server initdb -D "$dir/data" -U flagrante --pwfile="$dir/password" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/server.log" 2>&1 ||
    fail "initdb failed: $(tail -n 3 "$dir/server.log")"
  certify "$dir"
  cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
ssl = on
max_connections = 200
# What a crash of the machine would lose does not matter here, what one of the server would does.
fsync = off
autovacuum_naptime = 10s
CONF
  own "$dir"
  start "$dir"
  PGPASSWORD=$(cat "$dir/password") "$(bin)/createdb" -h 127.0.0.1 -p "$port" -U flagrante --maintenance-db=postgres flagrante
}

# ask has the cluster of a folder run a statement.
ask() {
  PGPASSWORD=$(cat "$1/password") "$(bin)/psql" -X -q -h 127.0.0.1 -p "$(cat "$1/port")" -U flagrante -c "$2" flagrante
}

standby() {
  local dir=$1 of=$2 port=$3
  mkdir -p "$dir"
  cp "$of/password" "$of/ca.pem" "$dir"
  echo "$port" >"$dir/port"
  own "$dir"
  PGPASSWORD=$(cat "$of/password") server pg_basebackup -h 127.0.0.1 -p "$(cat "$of/port")" -U flagrante -D "$dir/data" -R -X stream -c fast --no-sync
  echo "port = $port" >>"$dir/data/postgresql.conf"
  start "$dir"
  ask "$of" "ALTER SYSTEM SET synchronous_standby_names = '*'"
  ask "$of" "SELECT pg_reload_conf()" >/dev/null
}

promote() { server pg_ctl -D "$1/data" -w -t 60 -s promote; }

start() {
  server pg_ctl -D "$1/data" -l "$1/server.log" -w -t 60 -s start || fail "the server does not start: $(tail -n 3 "$1/server.log")"
}

# crash ends the server and all that belongs to it with kill -9.
crash() {
  local pid
  pid=$(head -n 1 "$1/data/postmaster.pid")
  kill -9 "$pid" $(ps -o pid= --ppid "$pid")
  while kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
}

stop() { server pg_ctl -D "$1/data" -m fast -w -t 300 -s stop; }

down() {
  [ ! -f "$1/data/postmaster.pid" ] || ! kill -0 "$(head -n 1 "$1/data/postmaster.pid")" 2>/dev/null || server pg_ctl -D "$1/data" -m immediate -w -s stop
}

case "${1-}" in
  installed) installed ;;
  up) [ $# = 3 ] || fail "usage: postgres.sh up DIR PORT"; up "$2" "$3" ;;
  start) start "$2" ;;
  kill) crash "$2" ;;
  stop) stop "$2" ;;
  standby) [ $# = 4 ] || fail "usage: postgres.sh standby DIR OF PORT"; standby "$2" "$3" "$4" ;;
  promote) promote "$2" ;;
  down) down "$2" ;;
  *) fail "usage: postgres.sh installed|up DIR PORT|start DIR|kill DIR|stop DIR|standby DIR OF PORT|promote DIR|down DIR" ;;
esac
