-- Tenants, people, keys, features and all that hangs off them; jobs and events.
-- Locks: none that matter, every table is new.

CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO specwright_api, specwright_worker;

-- Whom this transaction acts for. After a commit a local setting reads '' rather than NULL, hence the nullif.
-- Policies call these as (SELECT app.tenant()), so that they run once a statement and not once a row.
CREATE FUNCTION app.tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.tenant_id', true), '')::uuid;
CREATE FUNCTION app.user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.user_id', true), '')::uuid;
REVOKE ALL ON FUNCTION app.tenant(), app.user_id() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.tenant(), app.user_id() TO specwright_owner, specwright_api, specwright_worker;

CREATE TABLE tenants (
    tenant_id  uuid PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('personal', 'team')),
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A person, kept in their personal tenant, whose id is theirs. The id is derived from issuer and subject
-- (docs/decisions/0002), so finding a person needs no look-up across tenants and no global unique index.
CREATE TABLE profiles (
    tenant_id    uuid PRIMARY KEY REFERENCES tenants,
    user_id      uuid NOT NULL CHECK (user_id = tenant_id),
    issuer       text NOT NULL,
    subject      text NOT NULL,
    email        text,
    name         text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
    tenant_id  uuid NOT NULL REFERENCES tenants,
    user_id    uuid NOT NULL,
    role       text NOT NULL CHECK (role IN ('viewer', 'builder', 'admin', 'owner')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);
COMMENT ON INDEX memberships_by_user IS 'cross-tenant: a person lists the tenants they belong to; policy own_memberships bounds it';

-- A tenant's own key for a model provider, sealed (docs/decisions/0001). The API inserts ciphertext and cannot read it.
CREATE TABLE provider_keys (
    tenant_id    uuid NOT NULL REFERENCES tenants,
    id           uuid NOT NULL,
    provider     text NOT NULL CHECK (provider IN ('anthropic')),
    origin       text NOT NULL,
    label        text NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
    last4        text NOT NULL CHECK (length(last4) <= 4),
    status       text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'invalid', 'exhausted')),
    version      integer NOT NULL CHECK (version > 0),
    kek_id       text NOT NULL,
    alg          text NOT NULL,
    nonce        bytea NOT NULL,
    ciphertext   bytea NOT NULL,
    wrapped      bytea NOT NULL,
    signature    bytea NOT NULL,
    created_by   uuid NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE features (
    tenant_id      uuid NOT NULL REFERENCES tenants,
    id             uuid NOT NULL,
    title          text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    status         text NOT NULL DEFAULT 'drafting' CHECK (status IN (
        'drafting', 'spec_generating', 'spec_ready', 'spec_approved', 'plan_generating', 'plan_ready', 'plan_approved',
        'tests_generating', 'tests_ready', 'tests_approved', 'implementing', 'validating', 'review', 'done', 'failed')),
    revision       integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    version        bigint NOT NULL DEFAULT 1,
    autopilot      boolean NOT NULL DEFAULT false,
    titled_by      text NOT NULL DEFAULT 'draft' CHECK (titled_by IN ('draft', 'agent', 'person')),
    -- The status in which it failed and why, in words for people; set exactly while status = 'failed'.
    failed_in      text,
    failure        text,
    repair_round   integer NOT NULL DEFAULT 0 CHECK (repair_round BETWEEN 0 AND 5),
    event_sequence bigint NOT NULL DEFAULT 0,
    created_by     uuid NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    CHECK ((status = 'failed') = (failed_in IS NOT NULL AND failure IS NOT NULL))
);

CREATE TABLE agent_runs (
    tenant_id           uuid NOT NULL,
    id                  uuid NOT NULL,
    feature_id          uuid NOT NULL,
    revision            integer NOT NULL,
    agent               text NOT NULL,
    step                text NOT NULL,
    provider            text NOT NULL,
    model               text NOT NULL,
    prompt_version      text NOT NULL,
    is_development      boolean NOT NULL DEFAULT false,
    status              text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'succeeded', 'failed', 'superseded')),
    turns               integer NOT NULL DEFAULT 0,
    input_tokens        bigint NOT NULL DEFAULT 0,
    output_tokens       bigint NOT NULL DEFAULT 0,
    cache_read_tokens   bigint NOT NULL DEFAULT 0,
    cache_write_tokens  bigint NOT NULL DEFAULT 0,
    cost_microdollars   bigint NOT NULL DEFAULT 0,
    error               text,
    started_at          timestamptz NOT NULL DEFAULT now(),
    finished_at         timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_runs_by_feature ON agent_runs (tenant_id, feature_id, id);

-- Checkpoints: one model call each, stored when it arrives, so that whoever takes a step over does not pay for it again.
CREATE TABLE agent_turns (
    tenant_id          uuid NOT NULL,
    run_id             uuid NOT NULL,
    turn               integer NOT NULL CHECK (turn > 0),
    reply              jsonb NOT NULL,
    input_tokens       bigint NOT NULL,
    output_tokens      bigint NOT NULL,
    cache_read_tokens  bigint NOT NULL,
    cache_write_tokens bigint NOT NULL,
    cost_microdollars  bigint NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, run_id, turn),
    FOREIGN KEY (tenant_id, run_id) REFERENCES agent_runs (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE deliverables (
    tenant_id  uuid NOT NULL,
    feature_id uuid NOT NULL,
    revision   integer NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('brief', 'spec', 'plan', 'tests')),
    version    integer NOT NULL CHECK (version > 0),
    body       jsonb NOT NULL,
    markdown   text NOT NULL,
    run_id     uuid,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, feature_id, revision, kind, version),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE recommendations (
    tenant_id  uuid NOT NULL,
    feature_id uuid NOT NULL,
    revision   integer NOT NULL,
    gate       text NOT NULL CHECK (gate IN ('spec', 'plan', 'tests')),
    version    integer NOT NULL,
    verdict    text NOT NULL CHECK (verdict IN ('APPROVE', 'REVISE')),
    reasons    jsonb NOT NULL,
    run_id     uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, feature_id, revision, gate, version),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE reviews (
    tenant_id  uuid NOT NULL,
    feature_id uuid NOT NULL,
    revision   integer NOT NULL,
    build      integer NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('security', 'code')),
    verdict    text NOT NULL CHECK (verdict IN ('PASS', 'FAIL')),
    body       jsonb NOT NULL,
    run_id     uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, feature_id, revision, build, kind),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE chat_messages (
    tenant_id    uuid NOT NULL,
    feature_id   uuid NOT NULL,
    id           uuid NOT NULL,
    role         text NOT NULL CHECK (role IN ('user', 'assistant')),
    status       text NOT NULL CHECK (status IN ('complete', 'streaming', 'failed')),
    text         text NOT NULL DEFAULT '',
    proposal     jsonb,
    failure      text,
    created_by   uuid,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, feature_id, id),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE
);

-- The pieces of an answer while it streams; gone when the message is whole. An empty text says that the answer starts
-- over, because another worker took it up.
CREATE TABLE chat_deltas (
    tenant_id  uuid NOT NULL,
    feature_id uuid NOT NULL,
    message_id uuid NOT NULL,
    sequence   integer NOT NULL CHECK (sequence > 0),
    text       text NOT NULL,
    PRIMARY KEY (tenant_id, feature_id, message_id, sequence),
    FOREIGN KEY (tenant_id, feature_id, message_id) REFERENCES chat_messages (tenant_id, feature_id, id) ON DELETE CASCADE
);

CREATE TABLE builds (
    tenant_id    uuid NOT NULL,
    feature_id   uuid NOT NULL,
    number       integer NOT NULL CHECK (number > 0),
    revision     integer NOT NULL,
    files        integer NOT NULL,
    bytes        bigint NOT NULL,
    run_id       uuid,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, feature_id, number),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE artifacts (
    tenant_id  uuid NOT NULL,
    feature_id uuid NOT NULL,
    build      integer NOT NULL,
    path       text NOT NULL CHECK (octet_length(path) BETWEEN 1 AND 1024),
    object_key text NOT NULL,
    sha256     text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes      bigint NOT NULL CHECK (bytes >= 0),
    media_type text NOT NULL,
    PRIMARY KEY (tenant_id, feature_id, build, path),
    FOREIGN KEY (tenant_id, feature_id, build) REFERENCES builds (tenant_id, feature_id, number) ON DELETE CASCADE
);

-- What happened to a feature, in order and without gaps: the number comes from features.event_sequence under its row lock.
CREATE TABLE events (
    tenant_id  uuid NOT NULL,
    feature_id uuid NOT NULL,
    sequence   bigint NOT NULL CHECK (sequence > 0),
    type       text NOT NULL,
    data       jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, feature_id, sequence),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE
);

-- Work to do. No foreign key to features: a job must be able to outlive what it was for, to clean up after it.
CREATE TABLE jobs (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    kind         text NOT NULL,
    feature_id   uuid,
    revision     integer,
    payload      jsonb NOT NULL,
    run_at       timestamptz NOT NULL DEFAULT now(),
    attempt      integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 3 CHECK (max_attempts > 0),
    lease_token  uuid,
    lease_until  timestamptz,
    worker       text,
    last_error   text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX jobs_due ON jobs ((coalesce(lease_until, run_at)));
COMMENT ON INDEX jobs_due IS 'cross-tenant: workers claim the next due job of any tenant';
CREATE INDEX jobs_by_feature ON jobs (tenant_id, feature_id);

CREATE TABLE dead_jobs (
    tenant_id  uuid NOT NULL,
    id         uuid NOT NULL,
    kind       text NOT NULL,
    feature_id uuid,
    revision   integer,
    payload    jsonb NOT NULL,
    attempt    integer NOT NULL,
    reason     text NOT NULL,
    last_error text,
    created_at timestamptz NOT NULL,
    died_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);

-- Isolation: one policy for every table, then the three places where a role must see a little more.
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT app.tenant()))'
            ' WITH CHECK (tenant_id = (SELECT app.tenant()))', name);
    END LOOP;
END
$$;

CREATE POLICY own_memberships ON memberships FOR SELECT USING (user_id = (SELECT app.user_id()));
-- The worker finds work of any tenant; for everything else of a tenant it must set that tenant first.
CREATE POLICY worker_sees_jobs ON jobs TO specwright_worker USING (true) WITH CHECK (true);
CREATE POLICY worker_buries_jobs ON dead_jobs TO specwright_worker USING (true) WITH CHECK (true);

GRANT SELECT, INSERT ON tenants TO specwright_api;
GRANT SELECT, INSERT, UPDATE ON profiles TO specwright_api;
GRANT SELECT, INSERT ON memberships TO specwright_api;
GRANT INSERT, DELETE ON provider_keys TO specwright_api;
GRANT SELECT (tenant_id, id, provider, origin, label, last4, status, version, created_by, created_at, last_used_at)
    ON provider_keys TO specwright_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON features TO specwright_api;
GRANT SELECT, INSERT ON deliverables, events, chat_messages TO specwright_api;
GRANT SELECT ON recommendations, reviews, chat_deltas, builds, artifacts, agent_runs TO specwright_api;
GRANT SELECT, INSERT ON jobs TO specwright_api;

GRANT SELECT ON tenants, provider_keys TO specwright_worker;
GRANT UPDATE (status, last_used_at) ON provider_keys TO specwright_worker;
GRANT SELECT, UPDATE ON features TO specwright_worker;
GRANT SELECT, INSERT ON deliverables, recommendations, reviews, builds, artifacts, events, agent_turns TO specwright_worker;
GRANT SELECT, INSERT, UPDATE ON chat_messages, agent_runs TO specwright_worker;
GRANT SELECT, INSERT, DELETE ON chat_deltas TO specwright_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO specwright_worker;
GRANT SELECT, INSERT, DELETE ON dead_jobs TO specwright_worker;
