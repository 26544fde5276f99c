-- What the proxies of a team sent, until it is stored. Times are microseconds.

-- Who sends: a data folder of a machine, and the name of the app in its settings.
CREATE TABLE origins (
  id         TEXT PRIMARY KEY,
  machine    TEXT NOT NULL,
  app        TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
  stream   TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  origin   TEXT NOT NULL,
  machine  TEXT NOT NULL,
  app      TEXT NOT NULL,
  format   INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  data     BLOB NOT NULL,
  PRIMARY KEY (stream, seq)
) STRICT;

-- How far each stream is stored: what comes again up to there is passed over.
CREATE TABLE streams (
  stream TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  stored INTEGER NOT NULL,
  taken  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Deliveries that could not be stored, and why.
CREATE TABLE refused (
  stream TEXT NOT NULL,
  seq    INTEGER NOT NULL,
  origin TEXT NOT NULL,
  format INTEGER NOT NULL,
  reason TEXT NOT NULL,
  data   BLOB NOT NULL,
  PRIMARY KEY (stream, seq)
) STRICT;

-- Which origin a failure is from, empty for that of this folder.
ALTER TABLE failures ADD COLUMN origin TEXT NOT NULL DEFAULT '';
