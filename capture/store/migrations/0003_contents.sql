-- Bodies that came more than once are stored once. A digest is keyed, so that
-- what is left of a deleted body can't be tested against a guess.

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta VALUES ('digest_key', randomblob(32));

-- refs is the number of bodies that are this one.
CREATE TABLE contents (
  n      INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  refs   INTEGER NOT NULL
) STRICT;

-- Apart, so that to count does not write the data again.
CREATE TABLE content_data (
  n      INTEGER PRIMARY KEY REFERENCES contents (n) ON DELETE CASCADE,
  packed INTEGER NOT NULL,
  data   BLOB NOT NULL
) STRICT;

-- NULL where the body is in the row itself.
ALTER TABLE exchanges ADD COLUMN request_content INTEGER;
ALTER TABLE exchanges ADD COLUMN response_content INTEGER;

CREATE TRIGGER exchanges_release AFTER DELETE ON exchanges
WHEN old.request_content IS NOT NULL OR old.response_content IS NOT NULL
BEGIN
  UPDATE contents SET refs = refs - (n IS old.request_content) - (n IS old.response_content)
    WHERE n IN (old.request_content, old.response_content);
  DELETE FROM contents WHERE n IN (old.request_content, old.response_content) AND refs <= 0;
END;
