-- Files that people send along with a message, and the structured parts of the analyst's answers.
-- Locks: ACCESS EXCLUSIVE on chat_messages, for as long as it takes to write the catalog (the column may be null, no row is
-- rewritten); SHARE ROW EXCLUSIVE on features and chat_messages for the new foreign keys.

ALTER TABLE chat_messages ADD COLUMN parts jsonb CHECK (jsonb_typeof(parts) = 'object');
COMMENT ON COLUMN chat_messages.parts IS 'of an answer: question, why, options, understood; what its proposal changes';

-- Text only, and small: a row, not an object in the store. Gone with its feature.
CREATE TABLE attachments (
    tenant_id  uuid NOT NULL,
    feature_id uuid NOT NULL,
    id         uuid NOT NULL,
    message_id uuid NOT NULL,
    name       text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 255),
    media_type text NOT NULL,
    content    text NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 131072),
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, feature_id, id),
    FOREIGN KEY (tenant_id, feature_id) REFERENCES features (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, feature_id, message_id) REFERENCES chat_messages (tenant_id, feature_id, id) ON DELETE CASCADE
);
CREATE INDEX attachments_by_message ON attachments (tenant_id, feature_id, message_id);

ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachments FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON attachments
    USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT SELECT, INSERT, DELETE ON attachments TO specwright_api;
GRANT SELECT ON attachments TO specwright_worker;
