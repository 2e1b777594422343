-- What the implementer did for requirements that the approved plan or tests had left out, part of a build's trace matrix.
-- Locks: ACCESS EXCLUSIVE on builds, for as long as it takes to write the catalog (a constant default, no row is rewritten).

ALTER TABLE builds ADD COLUMN trace_links jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(trace_links) = 'array');
COMMENT ON COLUMN builds.trace_links IS 'requirement id, files and tests that the implementer named when it finished';
