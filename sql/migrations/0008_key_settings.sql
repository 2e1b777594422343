-- Keys of a person or of the team, a default for each provider, checks with the provider, and new values of old keys.
-- Locks: ACCESS EXCLUSIVE on provider_keys while its rows are checked and its index is built: well under a second at
-- 100,000 keys. Keys that are there count as not checked.

ALTER TABLE provider_keys
    -- Whose it is; NULL is the team's.
    ADD COLUMN owner_id uuid,
    ADD COLUMN is_default boolean NOT NULL DEFAULT false,
    ADD COLUMN status_until timestamptz,
    ADD COLUMN verification text NOT NULL DEFAULT 'pending' CHECK (verification IN ('pending', 'ok', 'failed')),
    ADD COLUMN verification_note text,
    ADD COLUMN verified_at timestamptz;
ALTER TABLE provider_keys DROP CONSTRAINT provider_keys_status_check;
ALTER TABLE provider_keys
    ADD CONSTRAINT provider_keys_status_check CHECK (status IN ('active', 'invalid', 'exhausted', 'throttled')),
    ADD CONSTRAINT provider_keys_until_check CHECK ((status = 'throttled') = (status_until IS NOT NULL));

-- One default for each provider among the team's keys, and one among each person's.
CREATE UNIQUE INDEX provider_keys_default
    ON provider_keys (tenant_id, provider, coalesce(owner_id, '00000000-0000-0000-0000-000000000000'))
    WHERE is_default;

GRANT SELECT (owner_id, is_default, status_until, verification, verification_note, verified_at)
    ON provider_keys TO specwright_api;
-- A new value replaces the record as a whole, which the API still cannot read.
GRANT UPDATE (label, last4, is_default, status, status_until, verification, verification_note, verified_at, version, origin,
    base_url, kek_id, alg, nonce, ciphertext, wrapped, signature)
    ON provider_keys TO specwright_api;
GRANT UPDATE (status_until, verification, verification_note, verified_at) ON provider_keys TO specwright_worker;
