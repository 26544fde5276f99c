-- What people say of single failures: pinned was there, and a note and tags (JSON) are new.
ALTER TABLE failures ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE failures ADD COLUMN note_by TEXT NOT NULL DEFAULT '';
ALTER TABLE failures ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';

-- Few failures are marked, and those are found without a look at the others.
DROP INDEX failures_pinned;
CREATE INDEX failures_marked ON failures (time, id) WHERE pinned = 1 OR note <> '' OR tags <> '[]';
