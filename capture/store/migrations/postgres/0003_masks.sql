-- Which key the masks of an origin are made with: not the key, but a name that tells it from
-- others, empty where it was not said.
ALTER TABLE deliveries ADD COLUMN masks text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE origins ADD COLUMN masks text COLLATE "C" NOT NULL DEFAULT '';
