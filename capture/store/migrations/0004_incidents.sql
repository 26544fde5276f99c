-- How many failures of a group that are not expected came in each minute, which
-- is counted in minutes since 1970.

CREATE TABLE group_minutes (
  fingerprint TEXT NOT NULL,
  minute      INTEGER NOT NULL,
  failures    INTEGER NOT NULL,
  PRIMARY KEY (fingerprint, minute)
) STRICT, WITHOUT ROWID;

INSERT INTO group_minutes (fingerprint, minute, failures)
  SELECT fingerprint, time / 60000000, count(*) FROM failures WHERE expected = 0 GROUP BY 1, 2;

CREATE INDEX groups_by_host ON groups (host);
