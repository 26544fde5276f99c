-- Streams that ended long ago are forgotten. Moved is the latest time of what a stream
-- brought, the largest number until it is known. Calls before the time in forgotten are
-- counted no more: they may be of a stream that nobody remembers.
ALTER TABLE streams ADD COLUMN moved INTEGER NOT NULL DEFAULT 9223372036854775807;
CREATE TABLE forgotten (before INTEGER NOT NULL) STRICT;
INSERT INTO forgotten VALUES (-9223372036854775807);
