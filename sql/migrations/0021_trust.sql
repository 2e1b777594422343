-- The trust score of a feature's newest reviewed build, which is part of the feature as clients see it.
-- Locks: ACCESS EXCLUSIVE on features, for as long as it takes to write the catalog (no default, no row is rewritten).

ALTER TABLE features ADD COLUMN trust smallint CHECK (trust BETWEEN 0 AND 100);
COMMENT ON COLUMN features.trust IS 'in tenths of a point, of the stricter review; NULL before the reviews of this revision';
