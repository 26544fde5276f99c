-- Failures get a number of their own, which stays when the file is packed anew, and
-- which is a shorter key for their exchanges than the ID. Beside it go the sizes of
-- the bodies that passed, in bytes.
CREATE TABLE failures_new (
  n              INTEGER PRIMARY KEY AUTOINCREMENT,
  id             TEXT NOT NULL UNIQUE,
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
  redactions     TEXT NOT NULL,
  chain          TEXT NOT NULL DEFAULT '',
  attempt        INTEGER NOT NULL DEFAULT 0,
  pinned         INTEGER NOT NULL DEFAULT 0,
  request_size   INTEGER NOT NULL DEFAULT 0,
  response_size  INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO failures_new (id, time, kind, reasons, expected, method, url, host, endpoint, status, error, vendor_code, vendor_message, duration,
    country, country_source, country_addr, client, fingerprint, request_ids, redactions, chain, attempt, pinned, request_size, response_size)
  SELECT f.id, time, kind, reasons, expected, method, url, host, endpoint, status, error, vendor_code, vendor_message, duration,
    country, country_source, country_addr, client, fingerprint, request_ids, redactions, chain, attempt, pinned,
    coalesce(json_extract(x.head, '$.request.body.size'), 0), coalesce(json_extract(x.head, '$.response.body.size'), 0)
  FROM failures f LEFT JOIN exchanges x ON x.failure_id = f.id ORDER BY f.time, f.id;

-- Apart, so that lists never read it.
CREATE TABLE exchanges_new (
  n                INTEGER PRIMARY KEY REFERENCES failures_new (n) ON DELETE CASCADE,
  head             TEXT NOT NULL,
  request_body     BLOB NOT NULL,
  response_body    BLOB NOT NULL,
  -- A JSON list, empty without calls.
  before           BLOB NOT NULL,
  -- Which of the blobs are packed with zstd: 1 request_body, 2 response_body, 4 before.
  packed           INTEGER NOT NULL,
  -- NULL where the body is in the row itself.
  request_content  INTEGER,
  response_content INTEGER
) STRICT;

INSERT INTO exchanges_new (n, head, request_body, response_body, before, packed, request_content, response_content)
  SELECT f.n, head, request_body, response_body, before, packed, request_content, response_content
  FROM exchanges x JOIN failures_new f ON f.id = x.failure_id ORDER BY f.n;

DROP TABLE exchanges;
DROP TABLE failures;
ALTER TABLE failures_new RENAME TO failures;
ALTER TABLE exchanges_new RENAME TO exchanges;

CREATE INDEX failures_by_time ON failures (time, id);
CREATE INDEX failures_by_fingerprint ON failures (fingerprint, expected, time);
CREATE INDEX failures_by_chain ON failures (chain, attempt) WHERE chain <> '';
CREATE INDEX failures_pinned ON failures (n) WHERE pinned = 1;

CREATE TRIGGER exchanges_release AFTER DELETE ON exchanges
WHEN old.request_content IS NOT NULL OR old.response_content IS NOT NULL
BEGIN
  UPDATE contents SET refs = refs - (n IS old.request_content) - (n IS old.response_content)
    WHERE n IN (old.request_content, old.response_content);
  DELETE FROM contents WHERE n IN (old.request_content, old.response_content) AND refs <= 0;
END;

-- What failures with a fingerprint have in common, so that a filter over it looks at
-- a few rows here and then only at the failures that can fit.
CREATE TABLE sorts (
  fingerprint TEXT NOT NULL,
  host        TEXT NOT NULL,
  endpoint    TEXT NOT NULL,
  method      TEXT NOT NULL,
  kind        TEXT NOT NULL,
  status      INTEGER NOT NULL,
  vendor_code TEXT NOT NULL,
  PRIMARY KEY (fingerprint, host, endpoint, method, kind, status, vendor_code)
) STRICT, WITHOUT ROWID;

INSERT INTO sorts SELECT DISTINCT fingerprint, host, endpoint, method, kind, status, vendor_code FROM failures;

-- The index of words is in tables search_1, search_2 and so on, each for the failures
-- of a stretch of numbers, so that what was deleted goes with a small table.
CREATE TABLE search_parts (
  part    INTEGER PRIMARY KEY,
  -- The last number that was looked at, and how many rows of the part were deleted.
  last_n  INTEGER NOT NULL,
  rows    INTEGER NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  -- 1 when what was deleted has to leave the index, too.
  erase   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- doc is the row of the index, which rises with the time of the failure.
CREATE TABLE search_rows (
  doc  INTEGER PRIMARY KEY,
  n    INTEGER NOT NULL UNIQUE,
  part INTEGER NOT NULL
) STRICT;

CREATE TRIGGER failures_leave AFTER DELETE ON failures
BEGIN
  UPDATE search_parts SET deleted = deleted + 1 WHERE part = (SELECT part FROM search_rows WHERE n = old.n);
  DELETE FROM search_rows WHERE n = old.n;
END;
