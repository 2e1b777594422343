-- What a recommendation is about, which review of its gate it is, and what of the review before it is settled. And the
-- requests to have a deliverable reworked at its gate.
-- Locks: ACCESS EXCLUSIVE on recommendations, for as long as it takes to write the catalog (constant defaults, no row is
-- rewritten). Until now a gate's deliverable had one version in a revision, and one review: the defaults are true of
-- every row there is.

ALTER TABLE recommendations
    ADD COLUMN deliverable_version integer NOT NULL DEFAULT 1,
    ADD COLUMN round integer NOT NULL DEFAULT 1 CHECK (round >= 1),
    ADD COLUMN ask_person boolean NOT NULL DEFAULT false,
    ADD COLUMN resolved jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(resolved) = 'array');
COMMENT ON COLUMN recommendations.deliverable_version IS 'the version of the gate''s deliverable that was reviewed';
COMMENT ON COLUMN recommendations.round IS 'which review of this gate in this revision; 3 is the last that asks a model';
COMMENT ON COLUMN recommendations.ask_person IS 'the reviews are used up and something still blocks: a person decides';
COMMENT ON COLUMN recommendations.resolved IS 'the blocking reasons of the review before that hold no longer';

CREATE TABLE reworks (
    tenant_id           uuid NOT NULL,
    feature_id          uuid NOT NULL,
    revision            integer NOT NULL,
    gate                text NOT NULL CHECK (gate IN ('spec', 'plan', 'tests')),
    -- The version that is to be mended; the rework is done when there is a newer one.
    deliverable_version integer NOT NULL,
    reasons             jsonb NOT NULL CHECK (jsonb_typeof(reasons) = 'array'),
    note                text CHECK (char_length(note) <= 4000),
    -- Nobody: the autopilot.
    requested_by        uuid,
    created_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, feature_id, revision, gate, deliverable_version),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE
);

ALTER TABLE reworks ENABLE ROW LEVEL SECURITY;
ALTER TABLE reworks FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON reworks USING (tenant_id = (SELECT app.tenant()))
    WITH CHECK (tenant_id = (SELECT app.tenant()));
GRANT SELECT, INSERT ON reworks TO specwright_api, specwright_worker;
