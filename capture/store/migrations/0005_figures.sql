-- When the last call of a minute that did not fail began, 0 where none is known.
ALTER TABLE minutes ADD COLUMN last_good INTEGER NOT NULL DEFAULT 0;

CREATE INDEX failures_expected ON failures (fingerprint, time) WHERE expected = 1;
