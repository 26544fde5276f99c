-- Calls of recordings that the minutes count, so that a longer recording of the same
-- traffic does not count them again: a digest of the ID, and the minute of the call in
-- microseconds.
CREATE TABLE counted (
  call   INTEGER PRIMARY KEY,
  minute INTEGER NOT NULL
) STRICT;
