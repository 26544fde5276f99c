-- A part of the index of words is for the failures from first_n to last_n, of which
-- those up to done_n are in it; first_doc and last_doc are its outermost rows.
ALTER TABLE search_parts ADD COLUMN first_n INTEGER NOT NULL DEFAULT 0;
ALTER TABLE search_parts ADD COLUMN done_n INTEGER NOT NULL DEFAULT 0;
ALTER TABLE search_parts ADD COLUMN first_doc INTEGER NOT NULL DEFAULT 0;
ALTER TABLE search_parts ADD COLUMN last_doc INTEGER NOT NULL DEFAULT 0;

CREATE INDEX search_rows_by_part ON search_rows (part);
