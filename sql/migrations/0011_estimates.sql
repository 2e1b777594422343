-- What the next stage was expected to cost when its gate was reached, to be held against what it did cost.
-- Locks: SHARE on agent_runs while its index is built: no writes for about a second at a million runs.

CREATE TABLE estimates (
    tenant_id  uuid NOT NULL,
    feature_id uuid NOT NULL,
    revision   integer NOT NULL,
    stage      text NOT NULL CHECK (stage IN ('plan', 'tests', 'implement')),
    -- In micro-dollars.
    low        bigint NOT NULL CHECK (low >= 0),
    likely     bigint NOT NULL CHECK (likely >= low),
    high       bigint NOT NULL CHECK (high >= likely),
    basis      text NOT NULL CHECK (basis IN ('history', 'sizes')),
    -- How many earlier runs it rests on.
    runs       integer NOT NULL CHECK (runs >= 0),
    -- Whose runs make up the stage.
    agents     text[] NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, feature_id, revision, stage),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX estimates_by_time ON estimates (tenant_id, made_at);
CREATE INDEX agent_runs_by_agent ON agent_runs (tenant_id, agent, finished_at) WHERE status = 'succeeded';

ALTER TABLE estimates ENABLE ROW LEVEL SECURITY;
ALTER TABLE estimates FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON estimates USING (tenant_id = (SELECT app.tenant()))
    WITH CHECK (tenant_id = (SELECT app.tenant()));
GRANT SELECT ON estimates TO specwright_api;
GRANT SELECT, INSERT, UPDATE ON estimates TO specwright_worker;
