-- A queue that is fair among tenants, dead letters that keep their limits, and what the sweeps look at.
-- Locks: ACCESS EXCLUSIVE on jobs and dead_jobs for a moment (constant defaults, no row is rewritten), then SHARE on jobs,
-- features and chat_messages while their indexes are built: no writes for well under a second at 100,000 rows.
-- The index jobs_due stays for workers of the version before; a later migration drops it.

-- Set with a run_at that lies ahead, cleared by the first claim after it, so that what cannot run yet is not walked over.
-- It never decides whether a job may run: run_at does.
ALTER TABLE jobs ADD COLUMN parked boolean NOT NULL DEFAULT false;
ALTER TABLE dead_jobs ADD COLUMN max_attempts integer NOT NULL DEFAULT 3;

CREATE INDEX jobs_ready ON jobs (tenant_id, run_at) WHERE lease_token IS NULL AND NOT parked;
CREATE INDEX jobs_leased ON jobs (tenant_id) WHERE lease_token IS NOT NULL;
CREATE INDEX jobs_expiring ON jobs (lease_until) WHERE lease_token IS NOT NULL;
COMMENT ON INDEX jobs_expiring IS 'cross-tenant: workers take over the jobs of any tenant whose lease ran out';
CREATE INDEX jobs_parked ON jobs (run_at) WHERE parked;
COMMENT ON INDEX jobs_parked IS 'cross-tenant: workers wake the jobs of any tenant that have become due';

-- Leases up to `slots` jobs, each to a token of its own.
--
-- Jobs whose lease ran out come first, whatever their tenant's limit: they still hold a slot of it. Then the tenants
-- take turns, beginning after the one that was served last: each gets an equal share of the slots before any gets
-- more, and none holds more than `tenant_slots` at once. The cost grows with the slots and with the tenants that have
-- jobs ready, not with the jobs.
--
-- A tenant's claims exclude each other by an advisory lock, and a tenant that is locked is passed over: its jobs are
-- being claimed. The count of its leases is a statement of its own, hence sees what the lock's last holder committed.
--
-- In each row `turn` is the tenant up to which the rotation has come.
CREATE FUNCTION app.claim_jobs(
    kinds text[], slots integer, tenant_slots integer, served uuid, lease interval, worker_name text,
    payload_limit integer)
RETURNS TABLE (
    tenant_id uuid, id uuid, kind text, payload text, revision integer, attempt integer, max_attempts integer,
    created_at timestamptz, last_error text, lease_token uuid, feature_id uuid, delay bigint, turn uuid)
LANGUAGE plpgsql VOLATILE
SET search_path = '' SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    free integer := slots;
    place uuid := coalesce(served, nobody);
    is_second_lap boolean := false;
    is_over boolean := false;
    candidate uuid;
    held integer;
    share integer;
    taken integer;
    tenants uuid[];
    rooms integer[];
BEGIN
    RETURN QUERY
        WITH lost AS (
            SELECT j.tenant_id, j.id, j.lease_until AS since FROM public.jobs j
            WHERE j.lease_token IS NOT NULL AND j.lease_until <= now() AND j.kind = ANY (kinds)
            ORDER BY j.lease_until LIMIT free FOR UPDATE SKIP LOCKED
        )
        UPDATE public.jobs j
        SET attempt = j.attempt + 1, lease_token = gen_random_uuid(), lease_until = now() + lease, worker = worker_name
        FROM lost WHERE j.tenant_id = lost.tenant_id AND j.id = lost.id
        RETURNING j.tenant_id, j.id, j.kind,
            CASE WHEN octet_length(j.payload::text) <= payload_limit THEN j.payload::text END, j.revision, j.attempt,
            j.max_attempts, j.created_at, j.last_error, j.lease_token, j.feature_id,
            (extract(epoch FROM now() - lost.since) * 1000000)::bigint, served;
    GET DIAGNOSTICS taken = ROW_COUNT;
    free := free - taken;

    UPDATE public.jobs j SET parked = false
    FROM (
        SELECT w.tenant_id, w.id FROM public.jobs w WHERE w.parked AND w.run_at <= now()
        ORDER BY w.run_at LIMIT 1000 FOR UPDATE SKIP LOCKED
    ) due
    WHERE j.tenant_id = due.tenant_id AND j.id = due.id;

    WHILE free > 0 AND NOT is_over LOOP
        tenants := '{}';
        rooms := '{}';
        WHILE cardinality(tenants) < free LOOP
            SELECT j.tenant_id INTO candidate FROM public.jobs j
            WHERE j.lease_token IS NULL AND NOT j.parked AND j.tenant_id > place
            ORDER BY j.tenant_id, j.run_at LIMIT 1;
            IF NOT FOUND THEN
                is_over := is_second_lap OR served IS NULL;
                EXIT WHEN is_over;
                is_second_lap := true;
                place := nobody;
                CONTINUE;
            END IF;
            is_over := is_second_lap AND candidate > served;
            EXIT WHEN is_over;
            place := candidate;
            -- Jobs that are all due later, or of kinds that this worker does not do, are no reason to visit.
            PERFORM FROM public.jobs j
            WHERE j.tenant_id = candidate AND j.lease_token IS NULL AND NOT j.parked AND j.run_at <= now()
                AND j.kind = ANY (kinds)
            ORDER BY j.run_at LIMIT 1;
            CONTINUE WHEN NOT FOUND;
            CONTINUE WHEN NOT pg_try_advisory_xact_lock(1785684595, hashtext(candidate::text));
            SELECT count(*) INTO held FROM public.jobs j WHERE j.tenant_id = candidate AND j.lease_token IS NOT NULL;
            CONTINUE WHEN held >= tenant_slots;
            tenants := tenants || candidate;
            rooms := rooms || tenant_slots - held;
        END LOOP;
        EXIT WHEN tenants = '{}';

        -- Twice: an equal share for each, then what nobody else wants.
        share := greatest(1, free / cardinality(tenants));
        FOR helping IN 1..2 LOOP
            RETURN QUERY
                WITH chosen AS (
                    SELECT due.tenant_id, due.id, due.run_at AS since
                    FROM unnest(tenants, rooms) AS t (tenant_id, room)
                    CROSS JOIN LATERAL (
                        SELECT j.tenant_id, j.id, j.run_at FROM public.jobs j
                        WHERE j.tenant_id = t.tenant_id AND j.lease_token IS NULL AND NOT j.parked
                            AND j.run_at <= now() AND j.kind = ANY (kinds)
                        ORDER BY j.run_at
                        LIMIT CASE helping WHEN 1 THEN least(t.room, share) ELSE t.room - share END
                        FOR UPDATE SKIP LOCKED
                    ) due
                    WHERE helping = 1 OR t.room > share
                    LIMIT free
                )
                UPDATE public.jobs j
                SET attempt = j.attempt + 1, lease_token = gen_random_uuid(), lease_until = now() + lease,
                    worker = worker_name
                FROM chosen WHERE j.tenant_id = chosen.tenant_id AND j.id = chosen.id
                RETURNING j.tenant_id, j.id, j.kind,
                    CASE WHEN octet_length(j.payload::text) <= payload_limit THEN j.payload::text END, j.revision,
                    j.attempt, j.max_attempts, j.created_at, j.last_error, j.lease_token, j.feature_id,
                    (extract(epoch FROM now() - chosen.since) * 1000000)::bigint, place;
            GET DIAGNOSTICS taken = ROW_COUNT;
            free := free - taken;
            EXIT WHEN free = 0 OR NOT is_over OR share >= tenant_slots;
        END LOOP;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION app.claim_jobs(text[], integer, integer, uuid, interval, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.claim_jobs(text[], integer, integer, uuid, interval, text, integer) TO specwright_worker;

-- The sweeps must find what nobody holds any more, in every tenant. The worker's role sees nothing across tenants but
-- jobs, so it asks functions that run as the owner and tell ids alone; the owner's role is nobody's outside migrations.
CREATE POLICY sweeps_look ON features FOR SELECT TO specwright_owner USING (true);
CREATE POLICY sweeps_look ON jobs FOR SELECT TO specwright_owner USING (true);
CREATE POLICY sweeps_look ON chat_messages FOR SELECT TO specwright_owner USING (true);
CREATE POLICY sweeps_look ON tenants FOR SELECT TO specwright_owner USING (true);

CREATE INDEX features_processing ON features (updated_at) WHERE status IN (
    'spec_generating', 'spec_approved', 'plan_generating', 'plan_approved', 'tests_generating', 'tests_approved',
    'implementing', 'validating', 'review');
COMMENT ON INDEX features_processing IS 'cross-tenant: a sweep finds features that no job works on';
CREATE INDEX chat_messages_streaming ON chat_messages (created_at) WHERE status = 'streaming';
COMMENT ON INDEX chat_messages_streaming IS 'cross-tenant: a sweep finds answers that no job writes';

-- Features in a processing status, untouched for `grace`, for which none of the `kinds` of job is left.
CREATE FUNCTION app.stalled_features(grace interval, kinds text[], most integer)
RETURNS TABLE (tenant_id uuid, feature_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT f.tenant_id, f.id FROM public.features f
    WHERE f.status IN (
            'spec_generating', 'spec_approved', 'plan_generating', 'plan_approved', 'tests_generating',
            'tests_approved', 'implementing', 'validating', 'review')
        AND f.updated_at < now() - grace
        AND NOT EXISTS (
            SELECT FROM public.jobs j
            WHERE j.tenant_id = f.tenant_id AND j.feature_id = f.id AND j.kind = ANY (kinds))
    ORDER BY f.updated_at LIMIT most
$$;

-- Answers that were begun longer than `grace` ago and that no job of `answer_kind` writes.
CREATE FUNCTION app.silent_answers(grace interval, answer_kind text, most integer)
RETURNS TABLE (tenant_id uuid, feature_id uuid, message_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT m.tenant_id, m.feature_id, m.id FROM public.chat_messages m
    WHERE m.status = 'streaming' AND m.created_at < now() - grace
        AND NOT EXISTS (
            SELECT FROM public.jobs j
            WHERE j.tenant_id = m.tenant_id AND j.feature_id = m.feature_id AND j.kind = answer_kind
                AND j.payload ->> 'message_id' = m.id::text)
    ORDER BY m.created_at LIMIT most
$$;

-- Tenants in order of their ids, from the one after `previous`.
CREATE FUNCTION app.tenants_after(previous uuid, most integer)
RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT t.tenant_id FROM public.tenants t
    WHERE previous IS NULL OR t.tenant_id > previous
    ORDER BY t.tenant_id LIMIT most
$$;

REVOKE ALL ON FUNCTION app.stalled_features(interval, text[], integer), app.silent_answers(interval, text, integer),
    app.tenants_after(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.stalled_features(interval, text[], integer), app.silent_answers(interval, text, integer),
    app.tenants_after(uuid, integer) TO specwright_worker;
