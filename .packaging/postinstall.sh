#!/bin/sh
# The user that the service runs as. The service itself is started by whoever wants it.
set -e
if ! getent passwd flagrante >/dev/null; then
  useradd --system --user-group --home-dir /var/lib/flagrante --shell /usr/sbin/nologin flagrante
fi
install -d -o flagrante -g flagrante -m 0700 /var/lib/flagrante
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi
