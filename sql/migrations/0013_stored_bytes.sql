-- What each build added to the object store, so that a tenant's use of it is a sum over its builds.
-- Locks: ACCESS EXCLUSIVE on builds while the column is added (a constant default, no row is rewritten) and its rows are filled in:
-- seconds at 10,000 builds of 100 files. Workers of the version before go on adding builds; those count nothing.

ALTER TABLE builds ADD COLUMN stored_bytes bigint NOT NULL DEFAULT 0 CHECK (stored_bytes >= 0);
COMMENT ON COLUMN builds.stored_bytes IS 'bytes of the files that no earlier build of the feature had; each content is stored once';

-- The owner of the tables is held to row-level security too, so the filling in goes round the tenants.
DO $$
DECLARE
    tenant uuid;
BEGIN
    FOR tenant IN SELECT tenant_id FROM app.tenants_after(NULL, 2147483647) LOOP
        PERFORM set_config('app.tenant_id', tenant::text, true);
        UPDATE builds b SET stored_bytes = added.bytes
        FROM (
            SELECT feature_id, build, sum(bytes)::bigint AS bytes
            FROM (
                SELECT DISTINCT ON (feature_id, sha256) feature_id, sha256, build, bytes FROM artifacts
                WHERE tenant_id = tenant ORDER BY feature_id, sha256, build
            ) first_seen GROUP BY feature_id, build
        ) added
        WHERE b.tenant_id = tenant AND b.feature_id = added.feature_id AND b.number = added.build;
    END LOOP;
    PERFORM set_config('app.tenant_id', '', true);
END
$$;
