-- A hundred jobs together: enqueued, claimed and completed in a commit each. Another client may claim them: each enqueues
-- as many as it claimed the last time.
\set tenant :client_id + 1
\startpipeline
BEGIN;
SELECT set_config('app.tenant_id', '00000000-0000-7000-8000-' || lpad(:tenant, 12, '0'), true);
WITH new AS (
    INSERT INTO jobs (tenant_id, id, kind, feature_id, revision, payload, run_at, parked, max_attempts)
    SELECT ('00000000-0000-7000-8000-' || lpad(:tenant, 12, '0'))::uuid, gen_random_uuid(), 'bench', NULL, NULL, '{}', now(),
        now() > now(), 3
    FROM generate_series(1, :claimed::integer)
)
SELECT pg_notify('jobs', '');
COMMIT;
\endpipeline
SELECT coalesce(array_agg(c.tenant_id), '{}') AS owners, coalesce(array_agg(c.id), '{}') AS jobs,
    coalesce(array_agg(c.lease_token), '{}') AS tokens, count(*) AS claimed
FROM app.claim_jobs('{bench}', 100, 1000, NULL, '30 s', 'pgbench', 262144) c \gset
SELECT app.complete_jobs(:owners::uuid[], :jobs::uuid[], :tokens::uuid[]);
