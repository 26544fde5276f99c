-- What was composed of drafts last, for lists, and of which state of everything it was
-- composed: a row that does not fit today's is composed anew when it is asked for.

-- A row is composed for one language. Times are microseconds, 0 for none.
CREATE TABLE composed (
  draft_id TEXT NOT NULL,
  lang     TEXT NOT NULL,
  -- A digest of the settings, and the version of what people decided.
  settings TEXT NOT NULL,
  version  INTEGER NOT NULL,
  -- What the group was.
  count     INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  -- The pulse of the host, and what was changed behind all hosts' backs.
  beats     INTEGER NOT NULL,
  late      INTEGER NOT NULL,
  rewritten INTEGER NOT NULL,
  -- 1 where only what comes late can change it, for it was composed long after the last failure.
  settled INTEGER NOT NULL,
  -- The endpoint of the last good call that it was compared with, and the time of that.
  good_of TEXT NOT NULL,
  good_at INTEGER NOT NULL,
  -- A digest of the attachments, empty for none.
  attached TEXT NOT NULL,
  -- JSON packed with zstd.
  draft BLOB NOT NULL,
  PRIMARY KEY (draft_id, lang)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER drafts_end AFTER DELETE ON drafts
BEGIN
  DELETE FROM composed WHERE draft_id = old.id;
END;

-- How often something came of a host that numbers around its failures are made of, and
-- how often that was late: a quarter of an hour before the newest, or in the place of
-- what was there. The host '' stands for all: of what people masked by hand.
CREATE TABLE pulses (
  host   TEXT PRIMARY KEY,
  beats  INTEGER NOT NULL,
  late   INTEGER NOT NULL,
  newest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO pulses SELECT host, 1, 0, max(last_seen) FROM groups GROUP BY host;
INSERT INTO pulses VALUES ('', 0, 0, 0);

CREATE TRIGGER groups_beat_first AFTER INSERT ON groups
BEGIN
  INSERT INTO pulses VALUES (new.host, 1, 0, new.last_seen) ON CONFLICT (host) DO UPDATE
    SET beats = beats + 1, late = late + (new.first_seen < newest - 900000000), newest = max(newest, new.last_seen);
END;

CREATE TRIGGER groups_beat AFTER UPDATE OF count, first_seen, last_seen, parent ON groups
WHEN new.count <> old.count OR new.first_seen <> old.first_seen OR new.last_seen <> old.last_seen OR new.parent IS NOT old.parent
BEGIN
  INSERT INTO pulses VALUES (new.host, 1, 1, new.last_seen) ON CONFLICT (host) DO UPDATE
    SET beats = beats + 1, newest = max(newest, new.last_seen),
      late = late + (new.count <= old.count OR new.first_seen <> old.first_seen OR new.last_seen < newest - 900000000);
END;

CREATE TRIGGER groups_beat_last AFTER DELETE ON groups
BEGIN
  UPDATE pulses SET beats = beats + 1, late = late + 1 WHERE host = old.host;
END;

CREATE TRIGGER minutes_beat_first AFTER INSERT ON minutes
BEGIN
  INSERT INTO pulses VALUES (new.host, 1, 0, new.start) ON CONFLICT (host) DO UPDATE
    SET beats = beats + 1, late = late + (new.start < newest - 900000000), newest = max(newest, new.start);
END;

CREATE TRIGGER minutes_beat AFTER UPDATE ON minutes
BEGIN
  UPDATE pulses SET beats = beats + 1, late = late + (new.start < newest - 900000000), newest = max(newest, new.start) WHERE host = new.host;
END;

CREATE TRIGGER masked_begin AFTER INSERT ON masked
BEGIN
  UPDATE pulses SET late = late + 1 WHERE host = '';
END;

CREATE TRIGGER masked_end AFTER DELETE ON masked
BEGIN
  UPDATE pulses SET late = late + 1 WHERE host = '';
END;
