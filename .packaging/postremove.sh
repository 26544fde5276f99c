#!/bin/sh
# Purging takes what was caught as well, and the key of the authority; removing leaves both.
set -e
if [ "$1" = purge ]; then
  rm -rf /var/lib/flagrante
fi
