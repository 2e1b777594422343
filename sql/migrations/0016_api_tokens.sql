-- Tokens for programs, each for one tenant. The token itself is nowhere: what is kept is its SHA-256.
-- Locks: ACCESS EXCLUSIVE on memberships for a moment (a policy); the table is new.

CREATE TABLE api_tokens (
    tenant_id    uuid NOT NULL REFERENCES tenants,
    id           uuid NOT NULL,
    -- Its maker, whose role bounds it, and with whose membership it goes.
    user_id      uuid NOT NULL,
    -- The token that it was made with, and with which it goes.
    made_by      uuid,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    hint         text NOT NULL CHECK (length(hint) <= 8),
    scopes       text[] NOT NULL CHECK (
        cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'build', 'approve', 'keys', 'admin']),
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    -- Give or take ten minutes.
    last_used_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES memberships (tenant_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, made_by) REFERENCES api_tokens (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX api_tokens_by_user ON api_tokens (tenant_id, user_id);
CREATE INDEX api_tokens_by_maker ON api_tokens (tenant_id, made_by) WHERE made_by IS NOT NULL;
CREATE INDEX api_tokens_by_hash ON api_tokens (hash);
COMMENT ON INDEX api_tokens_by_hash IS 'cross-tenant: a token says by itself whose it is; only app.find_api_token looks here';

ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON api_tokens USING (tenant_id = (SELECT app.tenant()))
    WITH CHECK (tenant_id = (SELECT app.tenant()));

-- The API never reads a hash; it asks for the one row that has it, which takes the token to know.
GRANT SELECT (tenant_id, id, user_id, made_by, name, hint, scopes, created_at, expires_at, last_used_at)
    ON api_tokens TO specwright_api;
GRANT INSERT, DELETE, UPDATE (last_used_at) ON api_tokens TO specwright_api;
-- For the row lock under which a person's tokens are counted; who holds which role is not the API's to change yet.
GRANT UPDATE (created_at) ON memberships TO specwright_api;

CREATE POLICY tokens_are_found ON api_tokens FOR SELECT TO specwright_owner USING (true);
CREATE POLICY makers_are_found ON memberships FOR SELECT TO specwright_owner USING (true);
CREATE FUNCTION app.find_api_token(digest bytea)
RETURNS TABLE (
    tenant_id uuid, id uuid, user_id uuid, role text, scopes text[], expires_at timestamptz, is_stale boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT t.tenant_id, t.id, t.user_id, m.role, t.scopes, t.expires_at,
        t.last_used_at IS NULL OR t.last_used_at < now() - interval '10 minutes'
    FROM public.api_tokens t
    JOIN public.memberships m ON m.tenant_id = t.tenant_id AND m.user_id = t.user_id
    WHERE t.hash = digest
$$;
REVOKE ALL ON FUNCTION app.find_api_token(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.find_api_token(bytea) TO specwright_api;
