-- How many failures of a group that are not expected each origin had, from each country.
CREATE TABLE group_origins (
  fingerprint TEXT NOT NULL,
  origin      TEXT NOT NULL,
  country     TEXT NOT NULL,
  count       INTEGER NOT NULL,
  first_seen  INTEGER NOT NULL,
  last_seen   INTEGER NOT NULL,
  PRIMARY KEY (fingerprint, origin, country)
) STRICT, WITHOUT ROWID;
