-- The shared store: what the migrations for SQLite have come to, as far as PostgreSQL
-- wants it. Times are microseconds since 1970 UTC, durations microseconds, truth is 0 or
-- 1, lists are JSON. Texts are ordered by their bytes, as SQLite orders them.

-- Functions that statements for SQLite use.

CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT strpos($1, $2)';
CREATE FUNCTION min(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT least($1, $2)';
CREATE FUNCTION max(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT greatest($1, $2)';

CREATE FUNCTION json_each(text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT json_array_elements_text(CASE WHEN json_typeof($1::json) = 'array' THEN $1::json ELSE '[]' END) $$;

-- Paths have names alone: $.a.b.
CREATE FUNCTION json_extract(text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT $1::json #>> string_to_array(substr($2, 3), '.') $$;
CREATE FUNCTION json_set(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT jsonb_set($1::jsonb, string_to_array(substr($2, 3), '.'), to_jsonb($3))::text $$;

-- A pattern of LIKE in which each character stands for itself.
CREATE FUNCTION literally(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT replace(replace(replace($1, '\', '\\'), '%', '\%'), '_', '\_') $$;

-- Failures and their exchanges are in parts, one a month. Numbers rise in the order in which
-- failures are stored, though one may be seen before a lower one.
CREATE SEQUENCE failure_numbers;

CREATE TABLE failures (
  n              bigint NOT NULL DEFAULT nextval('failure_numbers'),
  id             text COLLATE "C" NOT NULL,
  time           bigint NOT NULL,
  kind           text COLLATE "C" NOT NULL,
  reasons        text COLLATE "C" NOT NULL,
  expected       bigint NOT NULL,
  method         text COLLATE "C" NOT NULL,
  url            text COLLATE "C" NOT NULL,
  host           text COLLATE "C" NOT NULL,
  endpoint       text COLLATE "C" NOT NULL,
  status         bigint NOT NULL,
  error          text COLLATE "C",
  vendor_code    text COLLATE "C" NOT NULL,
  vendor_message text COLLATE "C" NOT NULL,
  duration       bigint NOT NULL,
  country        text COLLATE "C" NOT NULL,
  country_source text COLLATE "C" NOT NULL,
  country_addr   text COLLATE "C" NOT NULL,
  client         text COLLATE "C" NOT NULL,
  fingerprint    text COLLATE "C" NOT NULL,
  request_ids    text COLLATE "C" NOT NULL,
  redactions     text COLLATE "C" NOT NULL,
  chain          text COLLATE "C" NOT NULL DEFAULT '',
  attempt        bigint NOT NULL DEFAULT 0,
  pinned         bigint NOT NULL DEFAULT 0,
  request_size   bigint NOT NULL DEFAULT 0,
  response_size  bigint NOT NULL DEFAULT 0,
  origin         text COLLATE "C" NOT NULL DEFAULT '',
  note           text COLLATE "C" NOT NULL DEFAULT '',
  note_by        text COLLATE "C" NOT NULL DEFAULT '',
  tags           text COLLATE "C" NOT NULL DEFAULT '[]',
  PRIMARY KEY (id, time)
) PARTITION BY RANGE (time);

CREATE INDEX failures_by_time ON failures (time, id);
CREATE INDEX failures_by_fingerprint ON failures (fingerprint, expected, time);
CREATE INDEX failures_by_chain ON failures (chain, attempt) WHERE chain <> '';
CREATE INDEX failures_by_number ON failures (n);
CREATE INDEX failures_marked ON failures (time, id) WHERE pinned = 1 OR note <> '' OR tags <> '[]';

-- Apart, so that lists never read it. Bodies are not shared between rows: a month that
-- is dropped leaves nothing to count.
CREATE TABLE exchanges (
  n             bigint NOT NULL,
  time          bigint NOT NULL,
  head          text COLLATE "C" NOT NULL,
  request_body  bytea NOT NULL,
  response_body bytea NOT NULL,
  -- A JSON list, empty without calls.
  before        bytea NOT NULL,
  -- Which of the blobs are packed with zstd: 1 request_body, 2 response_body, 4 before.
  packed        bigint NOT NULL,
  -- What is found by words.
  words         tsvector NOT NULL DEFAULT '',
  PRIMARY KEY (n, time)
) PARTITION BY RANGE (time);

CREATE INDEX exchanges_by_time ON exchanges (time);
CREATE INDEX exchanges_by_words ON exchanges USING gin (words);

-- Failures whose words are not in the index yet, or have to be made anew.
CREATE TABLE unindexed (
  n bigint PRIMARY KEY
);

CREATE FUNCTION failure_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM exchanges WHERE n = old.n AND time = old.time;
  DELETE FROM unindexed WHERE n = old.n;
  RETURN NULL;
END $$;
CREATE TRIGGER failures_leave AFTER DELETE ON failures FOR EACH ROW EXECUTE FUNCTION failure_leaves();

-- What is older or younger than any month has a part of its own.
CREATE TABLE failures_early PARTITION OF failures FOR VALUES FROM (MINVALUE) TO (946684800000000);
CREATE TABLE exchanges_early PARTITION OF exchanges FOR VALUES FROM (MINVALUE) TO (946684800000000);
CREATE TABLE failures_late PARTITION OF failures FOR VALUES FROM (4102444800000000) TO (MAXVALUE);
CREATE TABLE exchanges_late PARTITION OF exchanges FOR VALUES FROM (4102444800000000) TO (MAXVALUE);

-- make_month makes the parts for the month of a time, unless they are there. Others go
-- on reading and writing meanwhile. It runs with the rights of the tables' owner.
CREATE FUNCTION make_month(at bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  month timestamp := date_trunc('month', to_timestamp(at / 1000000) AT TIME ZONE 'UTC');
  suffix text := to_char(month, 'YYYY_MM');
  low bigint := extract(epoch FROM month)::bigint * 1000000;
  high bigint := extract(epoch FROM month + interval '1 month')::bigint * 1000000;
  parent text;
BEGIN
  IF at < 946684800000000 OR at >= 4102444800000000 OR to_regclass('failures_' || suffix) IS NOT NULL THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('flagrante.months.' || current_schema(), 0));
  -- to_regclass may remember that there was none.
  IF EXISTS (SELECT 1 FROM pg_class WHERE relname = 'failures_' || suffix AND relnamespace = current_schema()::regnamespace) THEN
    RETURN;
  END IF;
  FOREACH parent IN ARRAY ARRAY['failures', 'exchanges'] LOOP
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', parent || '_' || suffix, parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, parent || '_' || suffix, low, high);
  END LOOP;
END $$;

-- drop_month drops the parts of a month, named as 2026_11.
CREATE FUNCTION drop_month(month text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF month !~ '^[0-9]{4}_[0-9]{2}$' THEN
    RAISE EXCEPTION 'there is no month %', month;
  END IF;
  EXECUTE format('DROP TABLE %I, %I', 'failures_' || month, 'exchanges_' || month);
END $$;

-- One row for the failures of one fingerprint that are not expected. A group may belong
-- to a larger one, named by its fingerprint; the scope is 'endpoint' or 'host'.
CREATE TABLE groups (
  fingerprint text COLLATE "C" PRIMARY KEY,
  host        text COLLATE "C" NOT NULL,
  endpoint    text COLLATE "C" NOT NULL,
  method      text COLLATE "C" NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  status      bigint NOT NULL,
  vendor_code text COLLATE "C" NOT NULL,
  count       bigint NOT NULL,
  first_seen  bigint NOT NULL,
  last_seen   bigint NOT NULL,
  first_id    text COLLATE "C" NOT NULL,
  last_id     text COLLATE "C" NOT NULL,
  parent      text COLLATE "C",
  scope       text COLLATE "C" NOT NULL DEFAULT 'endpoint'
);

CREATE INDEX groups_by_last_seen ON groups (last_seen, fingerprint);
CREATE INDEX groups_by_parent ON groups (parent) WHERE parent IS NOT NULL;
CREATE INDEX groups_of_hosts ON groups (fingerprint) WHERE scope = 'host';
CREATE INDEX groups_by_host ON groups (host, last_seen, first_seen);

-- How many failures of a group that are not expected came in each minute since 1970.
CREATE TABLE group_minutes (
  fingerprint text COLLATE "C" NOT NULL,
  minute      bigint NOT NULL,
  failures    bigint NOT NULL,
  PRIMARY KEY (fingerprint, minute)
);

-- How many failures of a group that are not expected each origin had, from each country.
CREATE TABLE group_origins (
  fingerprint text COLLATE "C" NOT NULL,
  origin      text COLLATE "C" NOT NULL,
  country     text COLLATE "C" NOT NULL,
  count       bigint NOT NULL,
  first_seen  bigint NOT NULL,
  last_seen   bigint NOT NULL,
  PRIMARY KEY (fingerprint, origin, country)
);

-- What failures with a fingerprint have in common.
CREATE TABLE sorts (
  fingerprint text COLLATE "C" NOT NULL,
  host        text COLLATE "C" NOT NULL,
  endpoint    text COLLATE "C" NOT NULL,
  method      text COLLATE "C" NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  status      bigint NOT NULL,
  vendor_code text COLLATE "C" NOT NULL,
  PRIMARY KEY (fingerprint, host, endpoint, method, kind, status, vendor_code)
);

-- Numbers of the calls to one endpoint in one minute; start is in microseconds, latency
-- one unsigned varint for each bucket, last_good 0 where no success is known.
CREATE TABLE minutes (
  endpoint  text COLLATE "C" NOT NULL,
  start     bigint NOT NULL,
  host      text COLLATE "C" NOT NULL,
  calls     bigint NOT NULL,
  failures  bigint NOT NULL,
  latency   bytea NOT NULL,
  last_good bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (endpoint, start)
);

CREATE INDEX minutes_by_host ON minutes (host, start);
CREATE INDEX minutes_good ON minutes (endpoint, start) WHERE last_good > 0;
CREATE INDEX minutes_good_by_host ON minutes (host, start) WHERE last_good > 0;

-- The last exchange of an endpoint that did not fail, JSON packed with zstd.
CREATE TABLE good (
  endpoint text COLLATE "C" PRIMARY KEY,
  time     bigint NOT NULL,
  exchange bytea NOT NULL
);

-- Calls of recordings that the minutes count.
CREATE TABLE counted (
  call   bigint PRIMARY KEY,
  minute bigint NOT NULL
);

CREATE INDEX counted_by_minute ON counted (minute, call);

-- Nobody has to keep this number: writers would wait for each other.
CREATE VIEW totals AS SELECT 'failures'::text AS name, count(*) AS n FROM failures;
CREATE RULE totals_count_themselves AS ON UPDATE TO totals DO INSTEAD NOTHING;

CREATE TABLE aliases (
  old_id text COLLATE "C" PRIMARY KEY,
  new_id text COLLATE "C" NOT NULL
);

-- What people decided of drafts, and beside it what was concluded of them last.
CREATE TABLE drafts (
  id            text COLLATE "C" PRIMARY KEY,
  fingerprint   text COLLATE "C" NOT NULL,
  decided       text COLLATE "C" NOT NULL DEFAULT '{}',
  version       bigint NOT NULL DEFAULT 0,
  changed       bigint NOT NULL DEFAULT 0,
  state         text COLLATE "C" NOT NULL,
  snoozed_until bigint NOT NULL DEFAULT 0,
  merged_into   text COLLATE "C",
  hidden        bigint NOT NULL DEFAULT 0,
  title         text COLLATE "C" NOT NULL,
  severity      text COLLATE "C" NOT NULL,
  severity_rank bigint NOT NULL,
  environment   text COLLATE "C" NOT NULL,
  category      text COLLATE "C" NOT NULL,
  side          text COLLATE "C" NOT NULL,
  host          text COLLATE "C" NOT NULL,
  endpoint      text COLLATE "C" NOT NULL,
  method        text COLLATE "C" NOT NULL,
  status        bigint NOT NULL,
  vendor_code   text COLLATE "C" NOT NULL,
  kind          text COLLATE "C" NOT NULL,
  scope         text COLLATE "C" NOT NULL,
  country       text COLLATE "C" NOT NULL,
  count         bigint NOT NULL,
  first_seen    bigint NOT NULL,
  last_seen     bigint NOT NULL,
  missing       text COLLATE "C" NOT NULL,
  tags          text COLLATE "C" NOT NULL,
  portals       text COLLATE "C" NOT NULL,
  missing_count bigint NOT NULL,
  complete      bigint NOT NULL,
  open_since    bigint NOT NULL DEFAULT 0,
  settings      text COLLATE "C" NOT NULL
);

CREATE INDEX drafts_by_fingerprint ON drafts (fingerprint);
CREATE INDEX drafts_by_merged ON drafts (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX drafts_snoozed ON drafts (snoozed_until) WHERE snoozed_until > 0;
CREATE INDEX drafts_by_last_seen ON drafts (last_seen, id) WHERE hidden = 0;
CREATE INDEX drafts_by_first_seen ON drafts (first_seen, id) WHERE hidden = 0;
CREATE INDEX drafts_by_count ON drafts (count, id) WHERE hidden = 0;
CREATE INDEX drafts_by_severity ON drafts (severity_rank, id) WHERE hidden = 0;
CREATE INDEX drafts_by_changed ON drafts (changed, id) WHERE hidden = 0;
CREATE INDEX drafts_by_title ON drafts (title, id) WHERE hidden = 0;
CREATE INDEX drafts_by_host ON drafts (host, id) WHERE hidden = 0;
CREATE INDEX drafts_open ON drafts (endpoint, open_since) WHERE open_since > 0;
CREATE INDEX drafts_by_settings ON drafts (settings) WHERE hidden = 0;

CREATE TABLE draft_changes (
  n      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  time   bigint NOT NULL,
  actor  text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  undone bigint NOT NULL DEFAULT 0
);

CREATE TABLE draft_history (
  change   bigint NOT NULL REFERENCES draft_changes (n) ON DELETE CASCADE,
  draft_id text COLLATE "C" NOT NULL,
  field    text COLLATE "C" NOT NULL,
  was      text COLLATE "C",
  became   text COLLATE "C",
  PRIMARY KEY (draft_id, change, field)
);

CREATE INDEX draft_history_by_change ON draft_history (change);

-- The groups that changed since their drafts were concluded.
CREATE TABLE stale (
  fingerprint text COLLATE "C" PRIMARY KEY,
  n           bigint NOT NULL
);

-- What was composed of drafts last, for lists.
CREATE TABLE composed (
  draft_id  text COLLATE "C" NOT NULL,
  lang      text COLLATE "C" NOT NULL,
  settings  text COLLATE "C" NOT NULL,
  version   bigint NOT NULL,
  count     bigint NOT NULL,
  last_seen bigint NOT NULL,
  beats     bigint NOT NULL,
  late      bigint NOT NULL,
  rewritten bigint NOT NULL,
  settled   bigint NOT NULL,
  good_of   text COLLATE "C" NOT NULL,
  good_at   bigint NOT NULL,
  attached  text COLLATE "C" NOT NULL,
  draft     bytea NOT NULL,
  PRIMARY KEY (draft_id, lang)
);

CREATE FUNCTION draft_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM composed WHERE draft_id = old.id;
  RETURN NULL;
END $$;
CREATE TRIGGER drafts_end AFTER DELETE ON drafts FOR EACH ROW EXECUTE FUNCTION draft_ends();

-- How often something came of a host, and how often that was late. Who counts something
-- of a host holds its row, so that nobody else does at the same time. The host '' stands for all.
CREATE TABLE pulses (
  host   text COLLATE "C" PRIMARY KEY,
  beats  bigint NOT NULL,
  late   bigint NOT NULL,
  newest bigint NOT NULL
);

INSERT INTO pulses VALUES ('', 0, 0, 0);

CREATE FUNCTION group_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stale VALUES (coalesce(new.fingerprint, old.fingerprint), 1) ON CONFLICT (fingerprint) DO UPDATE SET n = stale.n + 1;
  IF tg_op = 'DELETE' THEN
    UPDATE pulses SET beats = beats + 1, late = late + 1 WHERE host = old.host;
  ELSIF tg_op = 'INSERT' THEN
    INSERT INTO pulses AS p VALUES (new.host, 1, 0, new.last_seen) ON CONFLICT (host) DO UPDATE
      SET beats = p.beats + 1, late = p.late + (new.first_seen < p.newest - 900000000)::int, newest = greatest(p.newest, new.last_seen);
  ELSE
    INSERT INTO pulses AS p VALUES (new.host, 1, 1, new.last_seen) ON CONFLICT (host) DO UPDATE
      SET beats = p.beats + 1, newest = greatest(p.newest, new.last_seen),
        late = p.late + (new.count <= old.count OR new.first_seen <> old.first_seen OR new.last_seen < p.newest - 900000000)::int;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER groups_begin_or_end AFTER INSERT OR DELETE ON groups FOR EACH ROW EXECUTE FUNCTION group_changes();
CREATE TRIGGER groups_grow AFTER UPDATE ON groups FOR EACH ROW
  WHEN (new.count <> old.count OR new.first_seen <> old.first_seen OR new.last_seen <> old.last_seen OR new.parent IS DISTINCT FROM old.parent)
  EXECUTE FUNCTION group_changes();

CREATE FUNCTION minute_beats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO pulses AS p VALUES (new.host, 1, 0, new.start) ON CONFLICT (host) DO UPDATE
    SET beats = p.beats + 1, late = p.late + (new.start < p.newest - 900000000)::int, newest = greatest(p.newest, new.start);
  RETURN NULL;
END $$;
CREATE TRIGGER minutes_beat AFTER INSERT OR UPDATE ON minutes FOR EACH ROW EXECUTE FUNCTION minute_beats();

-- What came back from the portals. A draft has one ticket at a portal, made or in the making.
CREATE TABLE receipts (
  id         text COLLATE "C" PRIMARY KEY,
  draft_id   text COLLATE "C" NOT NULL,
  portal     text COLLATE "C" NOT NULL,
  state      text COLLATE "C" NOT NULL,
  ticket     text COLLATE "C" NOT NULL,
  url        text COLLATE "C" NOT NULL,
  time       bigint NOT NULL,
  dropped    text COLLATE "C" NOT NULL,
  error      text COLLATE "C" NOT NULL,
  who        text COLLATE "C" NOT NULL DEFAULT '',
  retry_at   bigint NOT NULL DEFAULT 0,
  linked     bigint NOT NULL DEFAULT 0,
  found      bigint NOT NULL DEFAULT 0,
  captured   text COLLATE "C" NOT NULL DEFAULT '{}',
  notes      text COLLATE "C" NOT NULL DEFAULT 'null',
  status     text COLLATE "C" NOT NULL DEFAULT '',
  closed     bigint NOT NULL DEFAULT 0,
  checked_at bigint NOT NULL DEFAULT 0,
  told       bigint NOT NULL DEFAULT 0,
  told_at    bigint NOT NULL DEFAULT 0
);

CREATE INDEX receipts_by_draft ON receipts (draft_id, time);
CREATE INDEX receipts_by_check ON receipts (checked_at) WHERE state = 'sent';
CREATE UNIQUE INDEX receipts_once ON receipts (draft_id, portal) WHERE state IN ('sending', 'sent', 'unknown');

-- What is on its way to a portal. A process that works at a row holds it until held_until.
CREATE TABLE outbox (
  receipt_id text COLLATE "C" PRIMARY KEY REFERENCES receipts (id) ON DELETE CASCADE,
  parcel     text COLLATE "C" NOT NULL,
  progress   text COLLATE "C" NOT NULL,
  tries      bigint NOT NULL,
  due        bigint NOT NULL,
  holder     text COLLATE "C" NOT NULL,
  held_until bigint NOT NULL
);

CREATE INDEX outbox_by_due ON outbox (due) WHERE due > 0;

CREATE TABLE outbox_files (
  receipt_id text COLLATE "C" NOT NULL REFERENCES outbox (receipt_id) ON DELETE CASCADE,
  n          bigint NOT NULL,
  data       bytea NOT NULL,
  PRIMARY KEY (receipt_id, n)
);

CREATE TABLE views (
  list    text COLLATE "C" NOT NULL,
  name    text COLLATE "C" NOT NULL,
  filter  text COLLATE "C" NOT NULL,
  actor   text COLLATE "C" NOT NULL,
  changed bigint NOT NULL,
  PRIMARY KEY (list, name)
);

-- Values that people masked by hand, by keyed digests alone (JSON).
CREATE TABLE masked (
  id       text COLLATE "C" PRIMARY KEY,
  kind     text COLLATE "C" NOT NULL,
  mask     text COLLATE "C" NOT NULL,
  forms    text COLLATE "C" NOT NULL UNIQUE,
  draft_id text COLLATE "C" NOT NULL,
  actor    text COLLATE "C" NOT NULL,
  time     bigint NOT NULL,
  failures bigint NOT NULL DEFAULT 0,
  upto     bigint NOT NULL DEFAULT 0,
  done     bigint NOT NULL DEFAULT 0
);

CREATE FUNCTION masked_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE pulses SET late = late + 1 WHERE host = '';
  RETURN NULL;
END $$;
CREATE TRIGGER masked_change AFTER INSERT OR DELETE ON masked FOR EACH ROW EXECUTE FUNCTION masked_changes();

CREATE TABLE audit (
  n       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  time    bigint NOT NULL,
  actor   text COLLATE "C" NOT NULL,
  action  text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  place   text COLLATE "C" NOT NULL,
  mask    text COLLATE "C" NOT NULL
);

-- Who sends: a data folder of a machine, and the name of the app in its settings.
CREATE TABLE origins (
  id         text COLLATE "C" PRIMARY KEY,
  machine    text COLLATE "C" NOT NULL,
  app        text COLLATE "C" NOT NULL,
  first_seen bigint NOT NULL,
  last_seen  bigint NOT NULL
);

-- What the proxies of a team sent, until it is stored.
CREATE TABLE deliveries (
  stream   text COLLATE "C" NOT NULL,
  seq      bigint NOT NULL,
  origin   text COLLATE "C" NOT NULL,
  machine  text COLLATE "C" NOT NULL,
  app      text COLLATE "C" NOT NULL,
  format   bigint NOT NULL,
  failures bigint NOT NULL,
  data     bytea NOT NULL,
  PRIMARY KEY (stream, seq)
);

-- How far each stream is stored: what comes again up to there is passed over.
CREATE TABLE streams (
  stream text COLLATE "C" PRIMARY KEY,
  origin text COLLATE "C" NOT NULL,
  stored bigint NOT NULL,
  taken  bigint NOT NULL
);

-- Deliveries that could not be stored, and why.
CREATE TABLE refused (
  stream text COLLATE "C" NOT NULL,
  seq    bigint NOT NULL,
  origin text COLLATE "C" NOT NULL,
  format bigint NOT NULL,
  reason text COLLATE "C" NOT NULL,
  data   bytea NOT NULL,
  PRIMARY KEY (stream, seq)
);
