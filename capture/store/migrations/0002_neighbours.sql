-- What belongs to failures: attempts at the same call, calls before, numbers of
-- all traffic, and the last exchange that did not fail.

ALTER TABLE failures ADD COLUMN chain TEXT NOT NULL DEFAULT '';
ALTER TABLE failures ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE failures ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;

CREATE INDEX failures_by_chain ON failures (chain, attempt) WHERE chain <> '';

-- A JSON list, empty without calls.
ALTER TABLE exchanges ADD COLUMN before BLOB NOT NULL DEFAULT x'';
-- Which of the blobs are packed with zstd: 1 request_body, 2 response_body, 4 before.
ALTER TABLE exchanges ADD COLUMN packed INTEGER NOT NULL DEFAULT 0;

-- A group may belong to a larger one, named by its fingerprint. The scope is
-- 'endpoint' or 'host'.
ALTER TABLE groups ADD COLUMN parent TEXT;
ALTER TABLE groups ADD COLUMN scope TEXT NOT NULL DEFAULT 'endpoint';

CREATE INDEX groups_by_parent ON groups (parent) WHERE parent IS NOT NULL;

-- Numbers of the calls to one endpoint in one minute; start is in microseconds,
-- latency one unsigned varint for each bucket.
CREATE TABLE minutes (
  endpoint TEXT NOT NULL,
  start    INTEGER NOT NULL,
  host     TEXT NOT NULL,
  calls    INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  latency  BLOB NOT NULL,
  PRIMARY KEY (endpoint, start)
) STRICT, WITHOUT ROWID;

CREATE INDEX minutes_by_host ON minutes (host, start);

-- The last exchange of an endpoint that did not fail, JSON packed with zstd.
CREATE TABLE good (
  endpoint TEXT PRIMARY KEY,
  time     INTEGER NOT NULL,
  exchange BLOB NOT NULL
) STRICT, WITHOUT ROWID;
