-- The number of failures, so that nobody has to count them.
CREATE TABLE totals (
  name TEXT PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO totals SELECT 'failures', count(*) FROM failures;

-- The groups of hosts are few among all.
CREATE INDEX groups_of_hosts ON groups (fingerprint) WHERE scope = 'host';
CREATE INDEX counted_by_minute ON counted (minute, call);

DROP INDEX groups_by_host;
CREATE INDEX groups_by_host ON groups (host, last_seen);
