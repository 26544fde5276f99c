-- What people decided of drafts, and beside it what was concluded of them last, so
-- that lists can be filtered and sorted. Times are microseconds, 0 for none.

CREATE TABLE drafts (
  id            TEXT PRIMARY KEY,
  fingerprint   TEXT NOT NULL,
  -- JSON: all that was decided. The columns to merged_into repeat parts of it.
  decided       TEXT NOT NULL DEFAULT '{}',
  version       INTEGER NOT NULL DEFAULT 0,
  changed       INTEGER NOT NULL DEFAULT 0,
  state         TEXT NOT NULL,
  snoozed_until INTEGER NOT NULL DEFAULT 0,
  merged_into   TEXT,
  -- 1 for what is part of another draft, which lists leave out.
  hidden        INTEGER NOT NULL DEFAULT 0,
  title         TEXT NOT NULL,
  severity      TEXT NOT NULL,
  severity_rank INTEGER NOT NULL,
  environment   TEXT NOT NULL,
  category      TEXT NOT NULL,
  side          TEXT NOT NULL,
  host          TEXT NOT NULL,
  endpoint      TEXT NOT NULL,
  method        TEXT NOT NULL,
  status        INTEGER NOT NULL,
  vendor_code   TEXT NOT NULL,
  kind          TEXT NOT NULL,
  scope         TEXT NOT NULL,
  country       TEXT NOT NULL,
  count         INTEGER NOT NULL,
  first_seen    INTEGER NOT NULL,
  last_seen     INTEGER NOT NULL,
  -- JSON lists, missing of names of items, portals of those that have a ticket.
  missing       TEXT NOT NULL,
  tags          TEXT NOT NULL,
  portals       TEXT NOT NULL,
  missing_count INTEGER NOT NULL,
  complete      INTEGER NOT NULL,
  -- 1 while a later success would change what is concluded.
  open          INTEGER NOT NULL DEFAULT 0,
  -- A digest of the settings that it was concluded with.
  settings      TEXT NOT NULL
) STRICT;

CREATE INDEX drafts_by_fingerprint ON drafts (fingerprint);
CREATE INDEX drafts_by_merged ON drafts (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX drafts_snoozed ON drafts (snoozed_until) WHERE snoozed_until > 0;
CREATE INDEX drafts_by_last_seen ON drafts (last_seen, id) WHERE hidden = 0;
CREATE INDEX drafts_by_first_seen ON drafts (first_seen, id) WHERE hidden = 0;
CREATE INDEX drafts_by_count ON drafts (count, id) WHERE hidden = 0;
CREATE INDEX drafts_by_severity ON drafts (severity_rank, id) WHERE hidden = 0;
CREATE INDEX drafts_by_changed ON drafts (changed, id) WHERE hidden = 0;
CREATE INDEX drafts_by_title ON drafts (title, id) WHERE hidden = 0;
CREATE INDEX drafts_by_host ON drafts (host, id) WHERE hidden = 0;

-- One row for all that was changed at once, and one for each field of it, with the
-- values as JSON, NULL for none.
CREATE TABLE draft_changes (
  n      INTEGER PRIMARY KEY AUTOINCREMENT,
  time   INTEGER NOT NULL,
  actor  TEXT NOT NULL,
  action TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE draft_history (
  change   INTEGER NOT NULL REFERENCES draft_changes (n) ON DELETE CASCADE,
  draft_id TEXT NOT NULL,
  field    TEXT NOT NULL,
  was      TEXT,
  became   TEXT,
  PRIMARY KEY (draft_id, change, field)
) STRICT, WITHOUT ROWID;

CREATE INDEX draft_history_by_change ON draft_history (change);

-- The groups that changed since their drafts were concluded; n tells whether one
-- changed once more meanwhile.
CREATE TABLE stale (
  fingerprint TEXT PRIMARY KEY,
  n           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO stale SELECT fingerprint, 1 FROM groups;

CREATE TRIGGER groups_begin AFTER INSERT ON groups
BEGIN
  INSERT INTO stale VALUES (new.fingerprint, 1) ON CONFLICT (fingerprint) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER groups_grow AFTER UPDATE OF count, first_seen, last_seen, parent ON groups
WHEN new.count <> old.count OR new.first_seen <> old.first_seen OR new.last_seen <> old.last_seen OR new.parent IS NOT old.parent
BEGIN
  INSERT INTO stale VALUES (new.fingerprint, 1) ON CONFLICT (fingerprint) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER groups_end AFTER DELETE ON groups
BEGIN
  INSERT INTO stale VALUES (old.fingerprint, 1) ON CONFLICT (fingerprint) DO UPDATE SET n = n + 1;
END;
