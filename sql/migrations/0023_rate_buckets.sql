-- The buckets of permits that rate limits are leased from, shared by every API process. Unlogged: what a crash loses is a
-- minute's counting, and no lease waits for the disk.
-- Locks: none that matter, the table is new.

CREATE UNLOGGED TABLE rate_buckets (
    -- Whose bucket it is: a person's or a team's tenant, an API token's id, or one made of a client's address.
    tenant_id   uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('user', 'token', 'tenant', 'address')),
    level       double precision NOT NULL CHECK (level >= 0),
    -- What the last lease was given.
    granted     integer NOT NULL,
    refilled_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kind)
) WITH (fillfactor = 50);
-- No index by age: a lease would have to write it each time, and the sweep reads the few rows there are.

ALTER TABLE rate_buckets ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_buckets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON rate_buckets USING (tenant_id = (SELECT app.tenant()))
    WITH CHECK (tenant_id = (SELECT app.tenant()));
GRANT SELECT, INSERT, UPDATE ON rate_buckets TO specwright_api;

-- Forgets up to `most` buckets that nobody has used for an hour, of anybody, and tells how many they were.
CREATE POLICY sweeps_forget ON rate_buckets TO specwright_owner USING (refilled_at < now() - interval '1 hour');
CREATE FUNCTION app.forget_rate_buckets(most integer) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ''
AS $$
    WITH gone AS (
        DELETE FROM public.rate_buckets b
        USING (
            SELECT r.tenant_id, r.kind FROM public.rate_buckets r
            WHERE r.refilled_at < now() - interval '1 hour' LIMIT most FOR UPDATE SKIP LOCKED
        ) old
        WHERE b.tenant_id = old.tenant_id AND b.kind = old.kind
        RETURNING 1
    )
    SELECT count(*)::integer FROM gone
$$;
REVOKE ALL ON FUNCTION app.forget_rate_buckets(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.forget_rate_buckets(integer) TO specwright_worker;
