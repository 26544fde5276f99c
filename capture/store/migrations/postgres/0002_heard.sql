-- Who stores deliveries is told when some come: on the channel on which pages are told
-- that something was stored.
CREATE FUNCTION deliveries_come() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('flagrante', 'delivered');
  RETURN NULL;
END $$;
CREATE TRIGGER deliveries_come AFTER INSERT ON deliveries FOR EACH STATEMENT EXECUTE FUNCTION deliveries_come();
