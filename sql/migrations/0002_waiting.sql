-- Waiting, not hanging: features can be paused and cancelled, and say what they wait for.
-- Locks: ACCESS EXCLUSIVE on features for a moment; the new columns have constant defaults, so no row is rewritten.
-- The new status check is scanned for under that lock: seconds at a million features.

ALTER TABLE features
    ADD COLUMN paused boolean NOT NULL DEFAULT false,
    ADD COLUMN waiting_for text CHECK (waiting_for IN ('rate_limit', 'key')),
    ADD COLUMN waiting_until timestamptz,
    ADD CHECK (waiting_until IS NULL OR waiting_for IS NOT NULL);

ALTER TABLE features DROP CONSTRAINT features_status_check;
ALTER TABLE features ADD CONSTRAINT features_status_check CHECK (status IN (
    'drafting', 'spec_generating', 'spec_ready', 'spec_approved', 'plan_generating', 'plan_ready', 'plan_approved',
    'tests_generating', 'tests_ready', 'tests_approved', 'implementing', 'validating', 'review', 'done', 'failed',
    'cancelled'));

-- What waits is found when a key is added.
CREATE INDEX features_waiting ON features (tenant_id, waiting_for) WHERE waiting_for IS NOT NULL;

-- The API lets jobs of its tenant go on (resume, a new key) and takes them off the queue (cancel).
GRANT UPDATE (run_at) ON jobs TO specwright_api;
GRANT DELETE ON jobs TO specwright_api;
GRANT UPDATE (status, finished_at) ON agent_runs TO specwright_api;
