-- Claims that cost less, and completions by the batch, which the next claim can share a commit with.
-- Locks: none on tables; a function is replaced and one is made. Workers of the version before go on with either.

-- As in 0006, but planned once a session: with a limit that is a parameter PostgreSQL planned its statements anew at each
-- call, which cost as much as running them. What most claims do not find (leases that ran out, jobs that have become due)
-- is looked for before it is updated, and a tenant's first job mostly tells whether the tenant is to be visited.
CREATE OR REPLACE FUNCTION app.claim_jobs(
    kinds text[], slots integer, tenant_slots integer, served uuid, lease interval, worker_name text,
    payload_limit integer)
RETURNS TABLE (
    tenant_id uuid, id uuid, kind text, payload text, revision integer, attempt integer, max_attempts integer,
    created_at timestamptz, last_error text, lease_token uuid, feature_id uuid, delay bigint, turn uuid)
LANGUAGE plpgsql VOLATILE
SET search_path = '' SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    started CONSTANT timestamptz := pg_postmaster_start_time();
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
    suspect uuid;
    is_wanted boolean;
    is_any_lost boolean;
    is_any_due boolean;
BEGIN
    -- One look for both, since most claims find neither.
    SELECT EXISTS (SELECT FROM public.jobs j WHERE j.lease_token IS NOT NULL AND j.lease_until <= now()),
        EXISTS (SELECT FROM public.jobs j WHERE j.parked AND j.run_at <= now())
    INTO is_any_lost, is_any_due;

    IF is_any_lost THEN
        IF free > 0 AND pg_try_advisory_xact_lock(1886547810) THEN
            SELECT j.id INTO suspect FROM public.jobs j
            WHERE j.lease_token IS NOT NULL AND j.lease_until <= now() AND j.kind = ANY (kinds)
                AND j.attempt = j.max_attempts
            ORDER BY j.lease_until LIMIT 1;
            IF FOUND THEN
                PERFORM FROM public.jobs j
                WHERE j.lease_token IS NOT NULL AND j.lease_until > now() AND j.attempt = j.max_attempts + 1 LIMIT 1;
                IF FOUND THEN
                    suspect := NULL;
                END IF;
            END IF;
        END IF;

        RETURN QUERY
            WITH lost AS (
                SELECT j.tenant_id, j.id, j.lease_until AS since FROM public.jobs j
                WHERE j.lease_token IS NOT NULL AND j.lease_until <= now() AND j.kind = ANY (kinds)
                    AND (j.attempt <> j.max_attempts OR j.id = suspect OR j.extended_at < started)
                ORDER BY j.lease_until LIMIT free FOR UPDATE SKIP LOCKED
            )
            UPDATE public.jobs j
            SET attempt = j.attempt + CASE WHEN j.extended_at < started THEN 0 ELSE 1 END,
                lease_token = gen_random_uuid(), lease_until = now() + lease, extended_at = now(), worker = worker_name
            FROM lost WHERE j.tenant_id = lost.tenant_id AND j.id = lost.id
            RETURNING j.tenant_id, j.id, j.kind,
                CASE WHEN octet_length(j.payload::text) <= payload_limit THEN j.payload::text END, j.revision, j.attempt,
                j.max_attempts, j.created_at, j.last_error, j.lease_token, j.feature_id,
                (extract(epoch FROM now() - lost.since) * 1000000)::bigint, served;
        GET DIAGNOSTICS taken = ROW_COUNT;
        free := free - taken;
    END IF;

    IF is_any_due THEN
        UPDATE public.jobs j SET parked = false
        FROM (
            SELECT w.tenant_id, w.id FROM public.jobs w WHERE w.parked AND w.run_at <= now()
            ORDER BY w.run_at LIMIT 1000 FOR UPDATE SKIP LOCKED
        ) due
        WHERE j.tenant_id = due.tenant_id AND j.id = due.id;
    END IF;

    WHILE free > 0 AND NOT is_over LOOP
        tenants := '{}';
        rooms := '{}';
        WHILE cardinality(tenants) < free LOOP
            SELECT j.tenant_id, j.run_at <= now() AND j.kind = ANY (kinds) INTO candidate, is_wanted
            FROM public.jobs j
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
            IF NOT is_wanted THEN
                PERFORM FROM public.jobs j
                WHERE j.tenant_id = candidate AND j.lease_token IS NULL AND NOT j.parked AND j.run_at <= now()
                    AND j.kind = ANY (kinds)
                ORDER BY j.run_at LIMIT 1;
                CONTINUE WHEN NOT FOUND;
            END IF;
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
                    extended_at = now(), worker = worker_name
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

-- Takes jobs off the queue whose leases are still held, and tells the tokens of those. The i-th of each array belong
-- together.
CREATE FUNCTION app.complete_jobs(tenants uuid[], ids uuid[], tokens uuid[]) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE
SET search_path = '' SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    completed uuid[];
BEGIN
    WITH gone AS (
        DELETE FROM public.jobs j USING unnest(tenants, ids, tokens) AS held (tenant_id, id, token)
        WHERE j.tenant_id = held.tenant_id AND j.id = held.id AND j.lease_token = held.token
        RETURNING held.token
    )
    SELECT coalesce(array_agg(token), '{}') INTO completed FROM gone;
    RETURN completed;
END
$$;
REVOKE ALL ON FUNCTION app.complete_jobs(uuid[], uuid[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.complete_jobs(uuid[], uuid[], uuid[]) TO specwright_worker;
