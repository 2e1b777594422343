-- The answer to a request that carried an Idempotency-Key, kept in the transaction that did what was asked, so that
-- sending it again does nothing and gets the same answer.
-- Locks: none that matter, the table is new.

CREATE TABLE idempotency_keys (
    tenant_id   uuid NOT NULL REFERENCES tenants,
    user_id     uuid NOT NULL,
    key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    -- SHA-256 of method, path and body: the same key with anything else is a mistake.
    fingerprint bytea NOT NULL,
    status      integer NOT NULL,
    headers     jsonb NOT NULL,
    body        bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
COMMENT ON INDEX idempotency_keys_by_age IS 'cross-tenant: a sweep forgets keys past their time';

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON idempotency_keys USING (tenant_id = (SELECT app.tenant()))
    WITH CHECK (tenant_id = (SELECT app.tenant()));
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO specwright_api;

-- Forgets up to `most` keys that nobody can use any more, of any tenant, and tells how many they were.
CREATE POLICY sweeps_forget ON idempotency_keys TO specwright_owner USING (created_at < now() - interval '1 day');
CREATE FUNCTION app.forget_idempotency_keys(most integer) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ''
AS $$
    WITH gone AS (
        DELETE FROM public.idempotency_keys k
        USING (
            SELECT i.tenant_id, i.user_id, i.key FROM public.idempotency_keys i
            WHERE i.created_at < now() - interval '1 day' ORDER BY i.created_at LIMIT most FOR UPDATE SKIP LOCKED
        ) old
        WHERE k.tenant_id = old.tenant_id AND k.user_id = old.user_id AND k.key = old.key
        RETURNING 1
    )
    SELECT count(*)::integer FROM gone
$$;
REVOKE ALL ON FUNCTION app.forget_idempotency_keys(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.forget_idempotency_keys(integer) TO specwright_worker;
