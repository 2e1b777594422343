-- How large a feature is: what a person chose, and what its brief came to when it was confirmed.
-- Locks: ACCESS EXCLUSIVE on features, for as long as it takes to write the catalog (no default, no row is rewritten).

ALTER TABLE features
    ADD COLUMN chosen_track text CHECK (chosen_track IN ('small', 'standard', 'full')),
    ADD COLUMN sizing jsonb CHECK (jsonb_typeof(sizing) = 'object');
COMMENT ON COLUMN features.chosen_track IS 'by a person; null: as the brief has it';
COMMENT ON COLUMN features.sizing IS 'track, score and reasons of the current revision''s brief; null until it is confirmed';
