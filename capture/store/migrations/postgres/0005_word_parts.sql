-- The index of words is in parts, one for 4,096 numbers of failures: each word begins with the
-- part's name, so that what is indexed together lies together, however large the index is. First and
-- last are the outermost times of its failures. What was indexed before has words without a
-- name; it may be of any time, as long as earlier programs still index.
CREATE TABLE word_parts (
  part       bigint PRIMARY KEY,
  first_time bigint NOT NULL,
  last_time  bigint NOT NULL
);

INSERT INTO word_parts VALUES (-1, -9223372036854775808, 9223372036854775807);
