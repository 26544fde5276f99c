-- Times are microseconds since 1970 UTC, durations microseconds. Lists are JSON.

CREATE TABLE failures (
  id             TEXT PRIMARY KEY,
  time           INTEGER NOT NULL,
  kind           TEXT NOT NULL,
  reasons        TEXT NOT NULL,
  expected       INTEGER NOT NULL,
  method         TEXT NOT NULL,
  url            TEXT NOT NULL,
  host           TEXT NOT NULL,
  endpoint       TEXT NOT NULL,
  status         INTEGER NOT NULL,
  error          TEXT,
  vendor_code    TEXT NOT NULL,
  vendor_message TEXT NOT NULL,
  duration       INTEGER NOT NULL,
  country        TEXT NOT NULL,
  country_source TEXT NOT NULL,
  country_addr   TEXT NOT NULL,
  client         TEXT NOT NULL,
  fingerprint    TEXT NOT NULL,
  request_ids    TEXT NOT NULL,
  redactions     TEXT NOT NULL
) STRICT;

CREATE INDEX failures_by_time ON failures (time, id);
CREATE INDEX failures_by_fingerprint ON failures (fingerprint, time) WHERE expected = 0;

-- The rest of an exchange, apart so that lists never read it.
CREATE TABLE exchanges (
  failure_id    TEXT PRIMARY KEY REFERENCES failures (id) ON DELETE CASCADE,
  head          TEXT NOT NULL,
  request_body  BLOB NOT NULL,
  response_body BLOB NOT NULL
) STRICT;

-- One row for the failures of one fingerprint that are not expected.
CREATE TABLE groups (
  fingerprint TEXT PRIMARY KEY,
  host        TEXT NOT NULL,
  endpoint    TEXT NOT NULL,
  method      TEXT NOT NULL,
  kind        TEXT NOT NULL,
  status      INTEGER NOT NULL,
  vendor_code TEXT NOT NULL,
  count       INTEGER NOT NULL,
  first_seen  INTEGER NOT NULL,
  last_seen   INTEGER NOT NULL,
  first_id    TEXT NOT NULL,
  last_id     TEXT NOT NULL
) STRICT;

CREATE INDEX groups_by_last_seen ON groups (last_seen, fingerprint);

-- What came back from the portals.
CREATE TABLE receipts (
  id       TEXT PRIMARY KEY,
  draft_id TEXT NOT NULL,
  portal   TEXT NOT NULL,
  state    TEXT NOT NULL,
  ticket   TEXT NOT NULL,
  url      TEXT NOT NULL,
  time     INTEGER NOT NULL,
  dropped  TEXT NOT NULL,
  error    TEXT NOT NULL
) STRICT;

CREATE INDEX receipts_by_draft ON receipts (draft_id, time);

-- A draft has one ticket at a portal, made or in the making.
CREATE UNIQUE INDEX receipts_once ON receipts (draft_id, portal) WHERE state IN ('sending', 'sent', 'unknown');
