-- What a receipt knows beside the ticket: who sent, when it is tried again, what later
-- steps need of the portal's answers (JSON), the state there and when it was asked
-- for, and how many failures the ticket tells of.
ALTER TABLE receipts ADD COLUMN who TEXT NOT NULL DEFAULT '';
ALTER TABLE receipts ADD COLUMN retry_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN linked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN found INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN captured TEXT NOT NULL DEFAULT '{}';
ALTER TABLE receipts ADD COLUMN notes TEXT NOT NULL DEFAULT 'null';
ALTER TABLE receipts ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE receipts ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0;

CREATE INDEX receipts_by_check ON receipts (checked_at) WHERE state = 'sent';

-- What is on its way to a portal. due is 0 for what waits for a person. A process
-- that works at a row holds it until held_until.
CREATE TABLE outbox (
  receipt_id TEXT PRIMARY KEY REFERENCES receipts (id) ON DELETE CASCADE,
  parcel     TEXT NOT NULL,
  progress   TEXT NOT NULL,
  tries      INTEGER NOT NULL,
  due        INTEGER NOT NULL,
  holder     TEXT NOT NULL,
  held_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_by_due ON outbox (due) WHERE due > 0;

CREATE TABLE outbox_files (
  receipt_id TEXT NOT NULL REFERENCES outbox (receipt_id) ON DELETE CASCADE,
  n          INTEGER NOT NULL,
  data       BLOB NOT NULL,
  PRIMARY KEY (receipt_id, n)
) STRICT;
