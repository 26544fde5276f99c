-- Drafts that were found under another ID before failures were grouped anew.
CREATE TABLE aliases (
  old_id TEXT PRIMARY KEY,
  new_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
