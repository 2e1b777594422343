-- Teams that people make, share and delete: invitations, a grace period, and what happened to whom (the audit log).
-- Locks: ACCESS EXCLUSIVE on tenants, memberships, profiles and vault_audit for a moment (columns with constant defaults,
-- policies); all else is new.

ALTER TABLE tenants
    ADD COLUMN deleted_at timestamptz,
    -- From when on everything of it may be taken away for good.
    ADD COLUMN purge_after timestamptz,
    ADD CONSTRAINT tenants_deleted CHECK ((deleted_at IS NULL) = (purge_after IS NULL));
CREATE INDEX tenants_deleted ON tenants (purge_after) WHERE purge_after IS NOT NULL;
COMMENT ON INDEX tenants_deleted IS 'cross-tenant: a sweep finds tenants whose grace period is over';
ALTER TABLE profiles ADD COLUMN email_verified boolean NOT NULL DEFAULT false;

-- People see the tenants that they belong to, and inside one, who else does.
CREATE POLICY own_tenants ON tenants FOR SELECT TO specwright_api USING (
    tenant_id IN (SELECT m.tenant_id FROM memberships m WHERE m.user_id = (SELECT app.user_id())));
CREATE POLICY fellow_members ON profiles FOR SELECT TO specwright_api USING (
    user_id IN (SELECT m.user_id FROM memberships m WHERE m.tenant_id = (SELECT app.tenant())));
GRANT UPDATE (name, deleted_at, purge_after) ON tenants TO specwright_api;
REVOKE UPDATE (created_at) ON memberships FROM specwright_api;
GRANT UPDATE (role), DELETE ON memberships TO specwright_api;

-- The link that invites is signed by the API and stands nowhere; a row says whether it is still good.
CREATE TABLE invitations (
    tenant_id   uuid NOT NULL REFERENCES tenants,
    id          uuid NOT NULL,
    role        text NOT NULL CHECK (role IN ('viewer', 'builder', 'admin', 'owner')),
    -- Whoever has verified this address; NULL is for whoever has the link.
    email       text CHECK (length(email) BETWEEN 3 AND 320),
    created_by  uuid NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    accepted_by uuid,
    accepted_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL))
);

CREATE TABLE audit_log (
    tenant_id   uuid NOT NULL REFERENCES tenants,
    -- UUIDv7: in order of time.
    id          uuid NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    user_id     uuid NOT NULL,
    token_id    uuid,
    action      text NOT NULL CHECK (length(action) BETWEEN 1 AND 60),
    object      text CHECK (length(object) <= 200),
    detail      jsonb NOT NULL DEFAULT '{}',
    request_id  uuid,
    -- The peer's network: /24 or /48.
    network     text CHECK (length(network) <= 50),
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_log_by_user ON audit_log (tenant_id, user_id, id);
CREATE INDEX audit_log_by_action ON audit_log (tenant_id, action, id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['invitations', 'audit_log'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT app.tenant()))'
            ' WITH CHECK (tenant_id = (SELECT app.tenant()))', name);
    END LOOP;
END
$$;
GRANT SELECT, INSERT, DELETE, UPDATE (accepted_by, accepted_at) ON invitations TO specwright_api;
GRANT SELECT, INSERT ON audit_log TO specwright_api;

-- What is append-only is so for as long as its tenant lives: when that is purged, all of it goes.
CREATE OR REPLACE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = ''
AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = 'specwright_owner' AND EXISTS (
        SELECT FROM public.tenants t WHERE t.tenant_id = OLD.tenant_id AND t.purge_after <= now()) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

-- Takes away everything of the tenant that the transaction acts in, if it is deleted and its time is over. The tables
-- come from the catalog, so that none that is yet to come is forgotten: each goes when no other refers to it any more.
CREATE FUNCTION app.purge_tenant() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
    gone constant uuid := app.tenant();
    pending oid[];
    ready oid;
BEGIN
    PERFORM FROM public.tenants t WHERE t.tenant_id = gone AND t.purge_after <= now() FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this tenant is not to be purged' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT array_agg(c.oid) INTO pending FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'tenants'
        AND EXISTS (SELECT FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped);
    WHILE cardinality(pending) > 0 LOOP
        SELECT t.id INTO STRICT ready FROM unnest(pending) AS t (id)
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
            WHERE k.contype = 'f' AND k.confrelid = t.id AND k.conrelid <> t.id AND k.conrelid = ANY (pending))
        LIMIT 1;
        EXECUTE format('DELETE FROM %s WHERE tenant_id = $1', ready::regclass) USING gone;
        pending := array_remove(pending, ready);
    END LOOP;
    DELETE FROM public.tenants t WHERE t.tenant_id = gone;
END
$$;
CREATE FUNCTION app.tenants_to_purge(most integer) RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$ SELECT t.tenant_id FROM public.tenants t WHERE t.purge_after <= now() ORDER BY t.purge_after LIMIT most $$;

-- A tenant that is deleted is nobody's: neither with a token nor as a member.
CREATE OR REPLACE FUNCTION app.find_api_token(digest bytea)
RETURNS TABLE (
    tenant_id uuid, id uuid, user_id uuid, role text, scopes text[], expires_at timestamptz, is_stale boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT t.tenant_id, t.id, t.user_id, m.role, t.scopes, t.expires_at,
        t.last_used_at IS NULL OR t.last_used_at < now() - interval '10 minutes'
    FROM public.api_tokens t
    JOIN public.memberships m ON m.tenant_id = t.tenant_id AND m.user_id = t.user_id
    JOIN public.tenants o ON o.tenant_id = t.tenant_id AND o.deleted_at IS NULL
    WHERE t.hash = digest
$$;
REVOKE ALL ON FUNCTION app.purge_tenant(), app.tenants_to_purge(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.purge_tenant() TO specwright_api, specwright_worker;
GRANT EXECUTE ON FUNCTION app.tenants_to_purge(integer) TO specwright_worker;
