-- A build may have been restored: its files, and what the reviews said of them, are those of an earlier one.
-- Locks: ACCESS EXCLUSIVE on builds for a moment; a column without a default rewrites nothing, and its check is not
-- looked at for rows that are there.

ALTER TABLE builds ADD COLUMN restored_from integer;
ALTER TABLE builds ADD CONSTRAINT builds_restored_from_earlier CHECK (restored_from BETWEEN 1 AND number - 1) NOT VALID;
COMMENT ON COLUMN builds.restored_from IS 'the build that was made first with these files, never a restored one';

-- Makes build `restored` of revision `current` with the files and reviews of `source`. The API can thereby copy what the
-- worker has made, and still write neither files nor reviews of its own. Row-level security holds for the owner too.
CREATE FUNCTION app.restore_build(feature uuid, source integer, restored integer, current integer) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = ''
AS $$
    INSERT INTO public.builds (tenant_id, feature_id, number, revision, files, bytes, restored_from)
    SELECT tenant_id, feature_id, restored, current, files, bytes, coalesce(restored_from, number)
    FROM public.builds WHERE tenant_id = (SELECT app.tenant()) AND feature_id = feature AND number = source;
    INSERT INTO public.artifacts (tenant_id, feature_id, build, path, object_key, sha256, bytes, media_type)
    SELECT tenant_id, feature_id, restored, path, object_key, sha256, bytes, media_type
    FROM public.artifacts WHERE tenant_id = (SELECT app.tenant()) AND feature_id = feature AND build = source;
    INSERT INTO public.reviews (tenant_id, feature_id, revision, build, kind, verdict, body, run_id, created_at)
    SELECT tenant_id, feature_id, current, restored, kind, verdict, body, run_id, created_at
    FROM public.reviews WHERE tenant_id = (SELECT app.tenant()) AND feature_id = feature AND build = source;
$$;
REVOKE ALL ON FUNCTION app.restore_build(uuid, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.restore_build(uuid, integer, integer, integer) TO specwright_api;
