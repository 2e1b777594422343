-- The database roles and what they may not do. Run by a superuser, any number of times.
--
-- Nobody works as the owner: it exists for the length of a migration. The API, the worker and the operator who rotates and
-- verifies the vault log in AS their role (never by SET ROLE, which a session can undo), own nothing and cannot bypass
-- row-level security.
-- Passwords are set by whoever runs the cluster, never here.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['specwright_owner', 'specwright_api', 'specwright_worker', 'specwright_vault'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
        EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT', name);
    END LOOP;
    EXECUTE format('GRANT CREATE ON DATABASE %I TO specwright_owner', current_database());
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO specwright_owner;
GRANT USAGE ON SCHEMA public TO specwright_api, specwright_worker, specwright_vault;
