-- Keys for any provider, and for servers whose base URL comes with the key (docs/decisions/0006).
-- Locks: ACCESS EXCLUSIVE on provider_keys while its rows are checked: well under a second at 100,000 keys.

-- Which providers there are is the program's to know; the pattern is that of an id.
ALTER TABLE provider_keys DROP CONSTRAINT provider_keys_provider_check;
ALTER TABLE provider_keys ADD CONSTRAINT provider_keys_provider_check CHECK (provider ~ '^[a-z][a-z0-9_]{0,39}$');

-- NULL follows the installation's own base URL of the provider, as long as that has the origin the key is sealed for.
ALTER TABLE provider_keys ADD COLUMN base_url text;
ALTER TABLE provider_keys ADD CONSTRAINT provider_keys_base_url_check
    CHECK (length(base_url) <= 500 AND (base_url = origin OR starts_with(base_url, origin || '/')));

GRANT SELECT (base_url) ON provider_keys TO specwright_api;
