-- Filters that people come back to, by the list that they are for.
CREATE TABLE views (
  list    TEXT NOT NULL,
  name    TEXT NOT NULL,
  filter  TEXT NOT NULL,
  actor   TEXT NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (list, name)
) STRICT, WITHOUT ROWID;
