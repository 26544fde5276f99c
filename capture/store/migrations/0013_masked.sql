-- Values that people masked by hand, by keyed digests alone (JSON). Failures with n up
-- to upto were written anew; done is 1 when everything was.
CREATE TABLE masked (
  id       TEXT PRIMARY KEY,
  kind     TEXT NOT NULL,
  mask     TEXT NOT NULL,
  forms    TEXT NOT NULL UNIQUE,
  draft_id TEXT NOT NULL,
  actor    TEXT NOT NULL,
  time     INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  upto     INTEGER NOT NULL DEFAULT 0,
  done     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Who did what concerns data that is masked: where, and never what stood there.
CREATE TABLE audit (
  n       INTEGER PRIMARY KEY AUTOINCREMENT,
  time    INTEGER NOT NULL,
  actor   TEXT NOT NULL,
  action  TEXT NOT NULL,
  subject TEXT NOT NULL,
  place   TEXT NOT NULL,
  mask    TEXT NOT NULL
) STRICT;
