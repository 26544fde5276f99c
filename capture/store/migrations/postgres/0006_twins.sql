-- The last deliveries of a stream that were stored, each by its number and a digest, and how many came
-- of a second machine that sends with the numbers of the first. Their deliveries stand beside each
-- other; the digest is the database's own, so that proxies of any version insert as they did.
ALTER TABLE streams ADD COLUMN recent bytea NOT NULL DEFAULT '';
ALTER TABLE streams ADD COLUMN twins bigint NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN digest bytea NOT NULL GENERATED ALWAYS AS (substring(sha256(data) FROM 1 FOR 8)) STORED;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_pkey, ADD PRIMARY KEY (stream, seq, digest);
ALTER TABLE refused ADD COLUMN digest bytea NOT NULL GENERATED ALWAYS AS (substring(sha256(data) FROM 1 FOR 8)) STORED;
ALTER TABLE refused DROP CONSTRAINT refused_pkey, ADD PRIMARY KEY (stream, seq, digest);
