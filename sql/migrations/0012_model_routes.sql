-- A tenant's own choice of models, and a feature that waits because its provider is in trouble.
-- Locks: ACCESS EXCLUSIVE on features for a moment: the check is on a column that is NULL in almost every row, scanned
-- for under that lock (seconds at a million features). The table is new.

CREATE TABLE model_routes (
    tenant_id  uuid NOT NULL REFERENCES tenants,
    agent      text NOT NULL,
    route      jsonb NOT NULL,
    updated_by uuid NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, agent)
);
ALTER TABLE model_routes ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_routes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON model_routes USING (tenant_id = (SELECT app.tenant()))
    WITH CHECK (tenant_id = (SELECT app.tenant()));
GRANT SELECT, INSERT, UPDATE, DELETE ON model_routes TO specwright_api;
GRANT SELECT ON model_routes TO specwright_worker;

ALTER TABLE features DROP CONSTRAINT features_waiting_for_check;
ALTER TABLE features ADD CONSTRAINT features_waiting_for_check CHECK (
    waiting_for IN ('rate_limit', 'key', 'storage', 'budget', 'provider'));
