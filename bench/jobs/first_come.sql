-- The same, but whichever job is due first is claimed, whosever it is: what a queue without fairness does.
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
WITH next AS (
    SELECT tenant_id, id FROM jobs WHERE coalesce(lease_until, run_at) <= now() ORDER BY coalesce(lease_until, run_at)
    LIMIT 1 FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE jobs SET attempt = attempt + 1, lease_token = gen_random_uuid(), lease_until = now() + interval '30 s',
        worker = 'pgbench'
    FROM next WHERE jobs.tenant_id = next.tenant_id AND jobs.id = next.id
    RETURNING jobs.tenant_id, jobs.id, lease_token
)
SELECT coalesce(c.tenant_id, '00000000-0000-7000-8000-000000000001') AS owner,
    coalesce(c.id, '00000000-0000-7000-8000-000000000001') AS job,
    coalesce(c.lease_token, '00000000-0000-7000-8000-000000000001') AS token
FROM (SELECT) one LEFT JOIN claimed c ON true \gset
\startpipeline
BEGIN;
SELECT set_config('app.tenant_id', :owner, true);
DELETE FROM jobs WHERE tenant_id = :owner::uuid AND id = :job::uuid AND lease_token = :token::uuid;
COMMIT;
\endpipeline
