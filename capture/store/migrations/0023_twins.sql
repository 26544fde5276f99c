-- The last deliveries of a stream that were stored, each by its number and a digest, and how many came
-- of a second machine that sends with the numbers of the first.
ALTER TABLE streams ADD COLUMN recent BLOB NOT NULL DEFAULT x'';
ALTER TABLE streams ADD COLUMN twins INTEGER NOT NULL DEFAULT 0;
