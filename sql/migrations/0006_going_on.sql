-- A retry goes on from the answers that were paid for, attempts are only spent on failures of one's own, a feature says
-- that it waits for storage, and the events of what was finished long ago can be let go.
-- Locks: ACCESS EXCLUSIVE on agent_runs, features and jobs for a moment (constant defaults, no row is rewritten; the new check
-- is scanned for: seconds at a million features), then SHARE on the first two while their indexes are built.

-- The run whose answers this one goes on from, and whether the next may go on from this one's.
ALTER TABLE agent_runs
    ADD COLUMN continues uuid,
    ADD COLUMN reusable boolean NOT NULL DEFAULT true,
    ADD FOREIGN KEY (tenant_id, continues) REFERENCES agent_runs (tenant_id, id) ON DELETE CASCADE;
CREATE UNIQUE INDEX agent_runs_continues ON agent_runs (tenant_id, continues) WHERE continues IS NOT NULL;

ALTER TABLE features DROP CONSTRAINT features_waiting_for_check;
ALTER TABLE features ADD CONSTRAINT features_waiting_for_check CHECK (waiting_for IN ('rate_limit', 'key', 'storage'));

-- The first event that is still kept. A finished feature that nobody has touched for long keeps its last one alone.
ALTER TABLE features ADD COLUMN first_event bigint NOT NULL DEFAULT 1;
GRANT DELETE ON events TO specwright_worker;
CREATE INDEX features_finished ON features (updated_at)
    WHERE status IN ('done', 'cancelled') AND first_event < event_sequence;
COMMENT ON INDEX features_finished IS 'cross-tenant: a sweep finds events past their retention';

CREATE FUNCTION app.features_with_old_events(retention interval, most integer)
RETURNS TABLE (tenant_id uuid, feature_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT f.tenant_id, f.id FROM public.features f
    WHERE f.status IN ('done', 'cancelled') AND f.first_event < f.event_sequence AND f.updated_at < now() - retention
    ORDER BY f.updated_at LIMIT most
$$;
REVOKE ALL ON FUNCTION app.features_with_old_events(interval, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.features_with_old_events(interval, integer) TO specwright_worker;

-- When the lease was last given or extended.
ALTER TABLE jobs ADD COLUMN extended_at timestamptz;

-- Leases up to `slots` jobs, each to a token of its own.
--
-- Jobs whose lease ran out come first, whatever their tenant's limit: they still hold a slot of it. That costs an
-- attempt, unless the database itself was started since the lease was last extended: then nobody could extend it. One
-- that has spent all its attempts this way may have been dragged along by another that killed its worker, so it gets
-- one more on probation; of all workers' jobs one at a time is on probation, so that it is known whose fault it is.
--
-- Then the tenants take turns, beginning after the one that was served last: each gets an equal share of the slots
-- before any gets more, and none holds more than `tenant_slots` at once. The cost grows with the slots and with the
-- tenants that have jobs ready, not with the jobs.
--
-- A tenant's claims exclude each other by an advisory lock, and a tenant that is locked is passed over: its jobs are
-- being claimed. The count of its leases is a statement of its own, hence sees what the lock's last holder committed.
--
-- In each row `turn` is the tenant up to which the rotation has come.
CREATE OR REPLACE FUNCTION app.claim_jobs(
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
BEGIN
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
