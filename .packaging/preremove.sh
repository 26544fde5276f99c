#!/bin/sh
# The service ends before its program goes; an upgrade leaves it running.
set -e
case "$1" in
  remove | 0)
    if [ -d /run/systemd/system ]; then
      systemctl disable --now flagrante.service || true
    fi
    ;;
esac
