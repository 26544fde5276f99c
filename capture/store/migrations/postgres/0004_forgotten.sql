-- Streams that ended long ago are forgotten. Moved is the latest time of what a stream
-- brought, the largest number until it is known. Calls before the time in forgotten are
-- counted no more: they may be of a stream that nobody remembers.
ALTER TABLE streams ADD COLUMN moved bigint NOT NULL DEFAULT 9223372036854775807;
CREATE TABLE forgotten (before bigint NOT NULL);
INSERT INTO forgotten VALUES (-9223372036854775807);

-- What runs with the owner's rights finds the tables of the owner, whatever those who call it
-- have made (https://www.postgresql.org/docs/current/sql-createfunction.html, "Writing SECURITY DEFINER Functions Safely").
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION make_month(bigint) SET search_path TO %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION drop_month(text) SET search_path TO %I, pg_temp', current_schema());
END $$;
