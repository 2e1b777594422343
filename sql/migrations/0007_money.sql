-- Budgets that hold whatever is concurrent: what a call can cost at most is reserved before it and settled after it, and
-- every call stands in the ledger.
-- Locks: ACCESS EXCLUSIVE on features for a moment: a new column without a default and a check on a column that is NULL
-- in almost every row, scanned for under that lock (seconds at a million features). Every table is new.

-- What a tenant may spend, in micro-dollars; NULL is no limit. A tenant without a row has the standard budget.
CREATE TABLE budgets (
    tenant_id     uuid PRIMARY KEY REFERENCES tenants,
    month_limit   bigint CHECK (month_limit >= 0),
    -- What a feature may spend that has no limit of its own, over all its life; what one run may.
    feature_limit bigint CHECK (feature_limit >= 0),
    run_limit     bigint CHECK (run_limit >= 0),
    updated_by    uuid NOT NULL,
    updated_at    timestamptz NOT NULL DEFAULT now()
);

-- What has been spent and what is reserved: of a month (UTC, as 2026-11), of a feature, of a run. No foreign keys: money
-- that was spent stays spent when what it was spent on is deleted.
-- The month's row is the tenant's mutex: whoever reserves, settles or changes a limit locks it first.
CREATE TABLE budget_counters (
    tenant_id    uuid NOT NULL,
    scope        text NOT NULL CHECK (scope IN ('month', 'feature', 'run')),
    subject      text NOT NULL,
    -- Of a feature, instead of the tenant's limit for features.
    own_limit    bigint CHECK (own_limit >= 0),
    spent        bigint NOT NULL DEFAULT 0 CHECK (spent >= 0),
    reserved     bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    -- The limit of which 80 % were last found spent, so that it is told once.
    warned_limit bigint,
    PRIMARY KEY (tenant_id, scope, subject)
) WITH (fillfactor = 50);

-- A model call that is under way. A row goes when its call is settled, or when its worker has lost the job.
CREATE TABLE reservations (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    feature_id  uuid NOT NULL,
    run_id      uuid NOT NULL,
    turn        integer NOT NULL CHECK (turn > 0),
    lease_token uuid NOT NULL,
    month       text NOT NULL,
    agent       text NOT NULL,
    provider    text NOT NULL,
    model       text NOT NULL,
    amount      bigint NOT NULL CHECK (amount >= 0),
    is_repeat   boolean NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    -- Since when no worker is known to be at it.
    orphaned_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX reservations_by_run ON reservations (tenant_id, run_id, turn);
CREATE INDEX reservations_by_age ON reservations (created_at);
COMMENT ON INDEX reservations_by_age IS 'cross-tenant: a sweep finds calls that no worker is at any more';

-- Every model call and what it cost. Append-only: nobody is granted more.
CREATE TABLE ledger (
    tenant_id             uuid NOT NULL,
    id                    uuid NOT NULL,
    feature_id            uuid NOT NULL,
    run_id                uuid NOT NULL,
    turn                  integer NOT NULL CHECK (turn > 0),
    month                 text NOT NULL,
    agent                 text NOT NULL,
    provider              text NOT NULL,
    model                 text NOT NULL,
    kind                  text NOT NULL CHECK (kind IN ('productive', 'failed', 'repeated', 'review')),
    input_tokens          bigint NOT NULL CHECK (input_tokens >= 0),
    output_tokens         bigint NOT NULL CHECK (output_tokens >= 0),
    cache_read_tokens     bigint NOT NULL CHECK (cache_read_tokens >= 0),
    cache_write_tokens    bigint NOT NULL CHECK (cache_write_tokens >= 0),
    cost_microdollars     bigint NOT NULL CHECK (cost_microdollars >= 0),
    reserved_microdollars bigint NOT NULL CHECK (reserved_microdollars >= 0),
    -- False when the call was lost before the provider had said what it counted: it cost between what stands here and
    -- what was reserved.
    is_counted            boolean NOT NULL,
    at                    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ledger_by_time ON ledger (tenant_id, at, id);
CREATE INDEX ledger_by_run ON ledger (tenant_id, run_id, turn);

-- Steps whose next call does not fit a budget, which a freed or raised budget wakes.
CREATE TABLE budget_waits (
    tenant_id  uuid NOT NULL,
    job_id     uuid NOT NULL,
    feature_id uuid NOT NULL,
    needed     bigint NOT NULL CHECK (needed >= 0),
    since      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, job_id)
);
CREATE INDEX budget_waits_by_feature ON budget_waits (tenant_id, feature_id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['budgets', 'budget_counters', 'reservations', 'ledger', 'budget_waits'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT app.tenant()))'
            ' WITH CHECK (tenant_id = (SELECT app.tenant()))', name);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON budgets TO specwright_api;
GRANT SELECT, INSERT, UPDATE (own_limit) ON budget_counters TO specwright_api;
GRANT SELECT ON reservations, ledger TO specwright_api;
GRANT SELECT, DELETE ON budget_waits TO specwright_api;
GRANT SELECT ON budgets TO specwright_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON budget_counters, reservations, budget_waits TO specwright_worker;
GRANT SELECT, INSERT ON ledger TO specwright_worker;

ALTER TABLE features ADD COLUMN waiting_detail jsonb;
ALTER TABLE features DROP CONSTRAINT features_waiting_for_check;
ALTER TABLE features ADD CONSTRAINT features_waiting_for_check CHECK (
    waiting_for IN ('rate_limit', 'key', 'storage', 'budget'));

-- The month's budget of a tenant that has not set one: 100 dollars.
CREATE FUNCTION app.standard_month_limit() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 100000000;

CREATE FUNCTION app.current_month() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM');

-- The budgets that a call of this feature and run must fit, with what is spent and reserved; a limit of NULL is none.
CREATE FUNCTION app.budgets_of(feature uuid, run uuid, in_month text)
RETURNS TABLE (scope text, subject text, most bigint, spent bigint, reserved bigint, warned_limit bigint)
LANGUAGE sql VOLATILE SET search_path = ''
AS $$
    SELECT wanted.scope, wanted.subject,
        CASE wanted.scope
            WHEN 'month' THEN CASE WHEN b.tenant_id IS NULL THEN app.standard_month_limit() ELSE b.month_limit END
            WHEN 'feature' THEN coalesce(c.own_limit, b.feature_limit)
            ELSE b.run_limit
        END,
        coalesce(c.spent, 0), coalesce(c.reserved, 0), c.warned_limit
    FROM (VALUES ('month', in_month, 1), ('feature', feature::text, 2), ('run', run::text, 3))
        AS wanted (scope, subject, place)
    LEFT JOIN public.budget_counters c
        ON c.tenant_id = (SELECT app.tenant()) AND c.scope = wanted.scope AND c.subject = wanted.subject
    LEFT JOIN public.budgets b ON b.tenant_id = (SELECT app.tenant())
    ORDER BY wanted.place
$$;

-- Locks this month's counter, which serialises everything a tenant does with budgets until the transaction ends.
CREATE FUNCTION app.lock_budgets() RETURNS text LANGUAGE plpgsql VOLATILE SET search_path = ''
AS $$
DECLARE
    this_month CONSTANT text := app.current_month();
BEGIN
    PERFORM FROM public.budget_counters c
    WHERE c.tenant_id = (SELECT app.tenant()) AND c.scope = 'month' AND c.subject = this_month FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO public.budget_counters (tenant_id, scope, subject)
        VALUES ((SELECT app.tenant()), 'month', this_month) ON CONFLICT DO NOTHING;
        PERFORM FROM public.budget_counters c
        WHERE c.tenant_id = (SELECT app.tenant()) AND c.scope = 'month' AND c.subject = this_month FOR UPDATE;
    END IF;
    RETURN this_month;
END
$$;

-- The first budget that `amount` does not fit; no row when it fits all. Under app.lock_budgets().
CREATE FUNCTION app.budget_shortage(feature uuid, run uuid, amount bigint, promised bigint DEFAULT 0)
RETURNS TABLE (scope text, most bigint, available bigint, until timestamptz)
LANGUAGE sql VOLATILE SET search_path = ''
AS $$
    SELECT b.scope, b.most, greatest(0, b.most - b.spent - b.reserved),
        CASE b.scope WHEN 'month'
            THEN (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC' END
    FROM app.budgets_of(feature, run, app.current_month()) b
    -- As numeric: the sum of three numbers of 64 bits need not be one.
    WHERE b.spent::numeric + b.reserved + amount + CASE b.scope WHEN 'month' THEN promised ELSE 0 END > b.most
    LIMIT 1
$$;

-- Reserves `amount` for a call, if the job is still the caller's and every budget has room for it.
-- `outcome` is 'reserved', 'refused' (with the budget that is short) or 'lost' (the job is somebody else's).
CREATE FUNCTION app.reserve_call(
    call uuid, job uuid, lease uuid, feature uuid, call_turn integer, call_agent text, call_provider text,
    call_model text, call_amount bigint)
RETURNS TABLE (outcome text, scope text, most bigint, available bigint, until timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
    tenant CONSTANT uuid := app.tenant();
    this_month text;
BEGIN
    PERFORM FROM public.jobs j WHERE j.tenant_id = tenant AND j.id = job AND j.lease_token = lease FOR UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'lost', NULL::text, NULL::bigint, NULL::bigint, NULL::timestamptz;
        RETURN;
    END IF;
    this_month := app.lock_budgets();
    RETURN QUERY SELECT 'refused', s.* FROM app.budget_shortage(feature, job, call_amount) s;
    IF FOUND THEN
        RETURN;
    END IF;
    INSERT INTO public.budget_counters AS c (tenant_id, scope, subject, reserved)
    VALUES (tenant, 'month', this_month, call_amount), (tenant, 'feature', feature::text, call_amount),
        (tenant, 'run', job::text, call_amount)
    ON CONFLICT (tenant_id, scope, subject) DO UPDATE SET reserved = c.reserved + excluded.reserved;
    INSERT INTO public.reservations (tenant_id, id, feature_id, run_id, turn, lease_token, month, agent, provider, model,
        amount, is_repeat)
    VALUES (tenant, call, feature, job, call_turn, lease, this_month, call_agent, call_provider, call_model, call_amount,
        -- Asked before, and whoever asked is gone with the answer.
        EXISTS (SELECT FROM public.reservations r
            WHERE r.tenant_id = tenant AND r.run_id = job AND r.turn = call_turn AND r.lease_token <> lease)
        OR EXISTS (SELECT FROM public.ledger l
            WHERE l.tenant_id = tenant AND l.run_id = job AND l.turn = call_turn AND NOT l.is_counted));
    DELETE FROM public.budget_waits w WHERE w.tenant_id = tenant AND w.job_id = job;
    RETURN QUERY SELECT 'reserved', NULL::text, NULL::bigint, NULL::bigint, NULL::timestamptz;
END
$$;

-- Settles a call: gives back what was reserved, books what it cost and writes it into the ledger. A call that had been
-- given up meanwhile is booked all the same. No row when the call is not known at all.
--   warnings: the budgets of which 80 % are spent now, each told once: [{scope, limit_microdollars, spent_microdollars}]
CREATE FUNCTION app.settle_call(
    call uuid, call_kind text, used_provider text, used_model text, input bigint, output bigint, cache_read bigint,
    cache_write bigint, cost bigint, counted boolean)
RETURNS TABLE (amount bigint, is_late boolean, has_waiting boolean, warnings jsonb)
LANGUAGE plpgsql VOLATILE SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
    tenant CONSTANT uuid := app.tenant();
    taken record;
    late boolean := false;
    told jsonb;
BEGIN
    DELETE FROM public.reservations r WHERE r.tenant_id = tenant AND r.id = call
    RETURNING r.id, r.feature_id, r.run_id, r.turn, r.month, r.agent, r.provider, r.model, r.amount, r.is_repeat INTO taken;
    IF NOT FOUND THEN
        -- Given up by the sweep while it was still under way; a second entry says what it cost after all.
        SELECT gen_random_uuid() AS id, l.feature_id, l.run_id, l.turn, l.month, l.agent, l.provider, l.model,
            0::bigint AS amount, false AS is_repeat INTO taken
        FROM public.ledger l WHERE l.tenant_id = tenant AND l.id = call AND NOT l.is_counted;
        IF NOT FOUND OR cost = 0 THEN
            RETURN;
        END IF;
        late := true;
    END IF;
    UPDATE public.budget_counters c SET reserved = c.reserved - taken.amount, spent = c.spent + cost
    WHERE c.tenant_id = tenant AND c.scope = 'month' AND c.subject = taken.month;
    UPDATE public.budget_counters c SET reserved = c.reserved - taken.amount, spent = c.spent + cost
    WHERE c.tenant_id = tenant AND c.scope = 'feature' AND c.subject = taken.feature_id::text;
    UPDATE public.budget_counters c SET reserved = c.reserved - taken.amount, spent = c.spent + cost
    WHERE c.tenant_id = tenant AND c.scope = 'run' AND c.subject = taken.run_id::text;
    INSERT INTO public.ledger (tenant_id, id, feature_id, run_id, turn, month, agent, provider, model, kind, input_tokens,
        output_tokens, cache_read_tokens, cache_write_tokens, cost_microdollars, reserved_microdollars, is_counted)
    VALUES (tenant, taken.id, taken.feature_id, taken.run_id, taken.turn, taken.month, taken.agent,
        coalesce(used_provider, taken.provider), coalesce(used_model, taken.model),
        CASE WHEN taken.is_repeat AND call_kind <> 'failed' THEN 'repeated' ELSE call_kind END, input, output, cache_read,
        cache_write, cost, taken.amount, counted);
    UPDATE public.agent_runs r SET turns = r.turns + CASE WHEN call_kind = 'failed' THEN 0 ELSE 1 END,
        input_tokens = r.input_tokens + input, output_tokens = r.output_tokens + output,
        cache_read_tokens = r.cache_read_tokens + cache_read, cache_write_tokens = r.cache_write_tokens + cache_write,
        cost_microdollars = r.cost_microdollars + cost
    WHERE r.tenant_id = tenant AND r.id = taken.run_id;
    WITH reached AS (
        UPDATE public.budget_counters c SET warned_limit = b.most
        FROM app.budgets_of(taken.feature_id, taken.run_id, taken.month) b
        WHERE c.tenant_id = tenant AND c.scope = b.scope AND c.subject = b.subject AND b.most > 0
            AND b.spent::numeric * 5 >= b.most::numeric * 4 AND b.warned_limit IS DISTINCT FROM b.most
        RETURNING b.scope, b.most, b.spent
    )
    SELECT jsonb_agg(jsonb_build_object(
        'scope', t.scope, 'limit_microdollars', t.most, 'spent_microdollars', t.spent) ORDER BY t.scope)
    INTO told FROM reached t;
    RETURN QUERY SELECT taken.amount, late, EXISTS (SELECT FROM public.budget_waits w WHERE w.tenant_id = tenant),
        coalesce(told, '[]');
END
$$;

-- The waiting jobs whose next calls fit now, all together, longest waiting first; they wait no longer.
CREATE FUNCTION app.end_budget_waits() RETURNS TABLE (job_id uuid)
LANGUAGE plpgsql VOLATILE SET search_path = ''
AS $$
#variable_conflict use_column
DECLARE
    tenant CONSTANT uuid := app.tenant();
    wait record;
    promised bigint := 0;
BEGIN
    PERFORM app.lock_budgets();
    FOR wait IN
        SELECT w.job_id, w.feature_id, w.needed FROM public.budget_waits w
        WHERE w.tenant_id = tenant ORDER BY w.since, w.job_id LIMIT 500
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM app.budget_shortage(wait.feature_id, wait.job_id, wait.needed, promised));
        promised := promised + wait.needed;
        DELETE FROM public.budget_waits w WHERE w.tenant_id = tenant AND w.job_id = wait.job_id;
        job_id := wait.job_id;
        RETURN NEXT;
    END LOOP;
END
$$;

-- What the sweep looks for, in every tenant: ids and nothing else.
CREATE POLICY sweeps_look ON reservations FOR SELECT TO specwright_owner USING (true);
CREATE POLICY sweeps_look ON budget_waits FOR SELECT TO specwright_owner USING (true);

-- Calls whose worker no longer holds the job, oldest first.
CREATE FUNCTION app.orphaned_reservations(most integer)
RETURNS TABLE (tenant_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT r.tenant_id, r.id FROM public.reservations r
    WHERE NOT EXISTS (
        SELECT FROM public.jobs j
        WHERE j.tenant_id = r.tenant_id AND j.id = r.run_id AND j.lease_token = r.lease_token AND j.lease_until > now())
    ORDER BY r.created_at LIMIT most
$$;

CREATE FUNCTION app.tenants_waiting_for_budgets(most integer)
RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT w.tenant_id FROM public.budget_waits w GROUP BY w.tenant_id ORDER BY min(w.since) LIMIT most
$$;

REVOKE ALL ON FUNCTION app.standard_month_limit(), app.current_month(), app.budgets_of(uuid, uuid, text),
    app.lock_budgets(), app.budget_shortage(uuid, uuid, bigint, bigint),
    app.reserve_call(uuid, uuid, uuid, uuid, integer, text, text, text, bigint),
    app.settle_call(uuid, text, text, text, bigint, bigint, bigint, bigint, bigint, boolean), app.end_budget_waits(),
    app.orphaned_reservations(integer), app.tenants_waiting_for_budgets(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.standard_month_limit(), app.current_month(), app.budgets_of(uuid, uuid, text),
    app.lock_budgets(), app.budget_shortage(uuid, uuid, bigint, bigint), app.end_budget_waits()
    TO specwright_api, specwright_worker;
GRANT EXECUTE ON FUNCTION app.reserve_call(uuid, uuid, uuid, uuid, integer, text, text, text, bigint),
    app.settle_call(uuid, text, text, text, bigint, bigint, bigint, bigint, bigint, boolean),
    app.orphaned_reservations(integer), app.tenants_waiting_for_budgets(integer) TO specwright_worker;
