-- In place of a mark: the time in microseconds after which a success changes what is
-- concluded of a draft, 0 where none does. Drafts with the mark are concluded once more.
ALTER TABLE drafts RENAME COLUMN open TO open_since;

INSERT OR IGNORE INTO stale SELECT fingerprint, 1 FROM drafts WHERE open_since > 0 AND hidden = 0;

CREATE INDEX drafts_open ON drafts (endpoint, open_since) WHERE open_since > 0;

-- Finds drafts that other settings concluded.
CREATE INDEX drafts_by_settings ON drafts (settings) WHERE hidden = 0;
