-- The vault's audit, and what its operator's role may do. Before it: run sql/roles.sql again, for specwright_vault.
-- Locks: ACCESS EXCLUSIVE on provider_keys for a moment (a policy); all else is new.

-- One chain a tenant (docs/decisions/0007): entries are hashed, linked and signed by whoever makes them.
CREATE TABLE vault_audit (
    tenant_id     uuid NOT NULL REFERENCES tenants,
    sequence      bigint NOT NULL CHECK (sequence > 0),
    action        text NOT NULL CHECK (action IN ('seal', 'open', 'rotate', 'delete', 'mark')),
    key_id        uuid NOT NULL,
    key_version   integer NOT NULL,
    kek_id        text NOT NULL,
    record_digest bytea NOT NULL,
    cause         uuid,
    detail        text NOT NULL DEFAULT '',
    at            timestamptz NOT NULL,
    signer        text NOT NULL,
    hash          bytea NOT NULL,
    signature     bytea NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
);

-- Where a chain goes on: its row lock lets one transaction at a time add to it. Nothing is proven by it.
CREATE TABLE vault_audit_heads (
    tenant_id uuid PRIMARY KEY REFERENCES tenants,
    sequence  bigint NOT NULL,
    hash      bytea NOT NULL
);

CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = ''
AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
REVOKE ALL ON FUNCTION app.refuse_change() FROM PUBLIC;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault_audit
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON vault_audit
    FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

ALTER TABLE vault_audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault_audit FORCE ROW LEVEL SECURITY;
ALTER TABLE vault_audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault_audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON vault_audit USING (tenant_id = (SELECT app.tenant()))
    WITH CHECK (tenant_id = (SELECT app.tenant()));
CREATE POLICY tenant_isolation ON vault_audit_heads USING (tenant_id = (SELECT app.tenant()))
    WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT INSERT ON vault_audit TO specwright_api, specwright_worker, specwright_vault;
GRANT SELECT ON vault_audit TO specwright_vault;
GRANT SELECT, INSERT, UPDATE ON vault_audit_heads TO specwright_api, specwright_worker, specwright_vault;

-- The operator's command: sees one tenant at a time, as everybody does, and may re-wrap what it sees.
GRANT USAGE ON SCHEMA app TO specwright_vault;
GRANT EXECUTE ON FUNCTION app.tenant(), app.user_id(), app.tenants_after(uuid, integer) TO specwright_vault;
GRANT SELECT (tenant_id, id, provider, origin, version, kek_id, alg, nonce, ciphertext, wrapped, signature)
    ON provider_keys TO specwright_vault;
GRANT UPDATE (kek_id, wrapped, signature) ON provider_keys TO specwright_vault;

-- Across tenants it learns from the owner how many keys are sealed for each KEK, and whose are not for the newest.
CREATE POLICY vault_looks ON provider_keys FOR SELECT TO specwright_owner USING (true);

CREATE FUNCTION app.keys_by_kek() RETURNS TABLE (kek_id text, keys bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$ SELECT k.kek_id, count(*) FROM public.provider_keys k GROUP BY k.kek_id ORDER BY k.kek_id $$;

CREATE FUNCTION app.tenants_to_rotate(newest text, previous uuid, most integer) RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT DISTINCT k.tenant_id FROM public.provider_keys k
    WHERE k.kek_id <> newest AND (previous IS NULL OR k.tenant_id > previous)
    ORDER BY k.tenant_id LIMIT most
$$;

REVOKE ALL ON FUNCTION app.keys_by_kek(), app.tenants_to_rotate(text, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.keys_by_kek(), app.tenants_to_rotate(text, uuid, integer) TO specwright_vault;
