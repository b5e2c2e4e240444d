/** The tables of what happened and who did what, kept for good, and of what is had once. */

export const recordTables = `
CREATE TABLE facts (
  seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order in which they were added
  id              text COLLATE "C" NOT NULL UNIQUE, -- of its event, where there was one
  suite_id        text COLLATE "C",                 -- null: of the provider itself
  corpid          text COLLATE "C",                 -- null: of no company, or not known (yet)
  type            text COLLATE "C" NOT NULL,
  at              bigint NOT NULL,                  -- epoch ms
  payload         text NOT NULL                     -- JSON without secrets; '' once erased
);

CREATE INDEX facts_by_corpid ON facts (corpid, at, seq) WHERE corpid IS NOT NULL;
CREATE INDEX facts_by_type ON facts (type, at, seq);

CREATE TABLE audit (
  seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order in which they were added
  id              text COLLATE "C" NOT NULL UNIQUE,
  at              bigint NOT NULL,                  -- epoch ms
  actor_kind      text COLLATE "C" NOT NULL,        -- admin_token, key, command
  actor_id        text COLLATE "C",                 -- of a key
  actor_name      text,                             -- of a key, as it was then
  action          text COLLATE "C" NOT NULL,        -- key.create, event.retry, corp.access_token …
  suite_id        text,
  corpid          text COLLATE "C",
  target          text,                             -- what it was done to
  address         text,                             -- null: over no network
  status          int NOT NULL                      -- HTTP status of the answer; 0 for commands
);

CREATE INDEX audit_by_age ON audit (at, seq);
CREATE INDEX audit_by_actor ON audit (coalesce(actor_id, actor_kind), at, seq);
CREATE INDEX audit_by_action ON audit (action, at, seq);
CREATE INDEX audit_by_corpid ON audit (corpid, at, seq) WHERE corpid IS NOT NULL;

CREATE TABLE once (
  kind            text COLLATE "C" NOT NULL,        -- login_code, flow_turn, auth_code …
  key             text COLLATE "C" NOT NULL,        -- a hash of what it stands for
  value           text NOT NULL,                    -- sealed
  expires_at      bigint NOT NULL,                  -- epoch ms
  PRIMARY KEY (kind, key)
);

CREATE INDEX once_by_end ON once (expires_at);
`
