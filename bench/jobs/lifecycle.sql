-- One job from its enqueueing to its completion, three commits: the statements of Sources/Platform/Jobs.
\set tenant :client_id + 1
\startpipeline
BEGIN;
SELECT set_config('app.tenant_id', '00000000-0000-7000-8000-' || lpad(:tenant, 12, '0'), true);
WITH new AS (
    INSERT INTO jobs (tenant_id, id, kind, feature_id, revision, payload, run_at, parked, max_attempts)
    VALUES (('00000000-0000-7000-8000-' || lpad(:tenant, 12, '0'))::uuid, gen_random_uuid(), 'bench', NULL, NULL, '{}', now(),
        now() > now(), 3)
)
SELECT pg_notify('jobs', '');
COMMIT;
\endpipeline
SELECT coalesce(c.tenant_id, '00000000-0000-7000-8000-000000000001') AS owner,
    coalesce(c.id, '00000000-0000-7000-8000-000000000001') AS job,
    coalesce(c.lease_token, '00000000-0000-7000-8000-000000000001') AS token
FROM (SELECT) one LEFT JOIN app.claim_jobs('{bench}', 1, 1000, NULL, '30 s', 'pgbench', 262144) c ON true \gset
\startpipeline
BEGIN;
SELECT set_config('app.tenant_id', :owner, true);
DELETE FROM jobs WHERE tenant_id = :owner::uuid AND id = :job::uuid AND lease_token = :token::uuid;
COMMIT;
\endpipeline
