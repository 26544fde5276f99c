-- Minutes with a success: the last one before a time is found in one step, however long
-- ago it was.
CREATE INDEX minutes_good ON minutes (endpoint, start) WHERE last_good > 0;
CREATE INDEX minutes_good_by_host ON minutes (host, start) WHERE last_good > 0;

-- Groups that overlap a span of time are found in the index alone.
DROP INDEX groups_by_host;
CREATE INDEX groups_by_host ON groups (host, last_seen, first_seen);
