/** The tables of suited's state: suites, companies, tokens, leases, keys, endpoints. */

/**
 * Records are JSON as `text`: `jsonb` takes no U+0000. Their secrets are sealed before they come
 * here; the columns beside a record hold none, and are what lists and conditions go by.
 */
export const stateTables = `
-- Of the service as a whole: its secret, and rows by which writers of one kind take turns.
CREATE TABLE meta (
  name            text COLLATE "C" PRIMARY KEY,
  value           text NOT NULL
);

-- One sequence for all leases and turns: a later one has the larger number, whoever takes it.
CREATE SEQUENCE fences;

CREATE TABLE leases (
  name            text COLLATE "C" PRIMARY KEY,
  owner           text COLLATE "C" NOT NULL,     -- the replica that took it last
  fence           bigint NOT NULL,
  expires_at      bigint NOT NULL                -- epoch ms; 0 once it was given back
) WITH (fillfactor = 50);

CREATE TABLE suites (
  suite_id        text COLLATE "C" PRIMARY KEY,
  record          text NOT NULL,
  ticket_seconds  bigint NOT NULL                -- TimeStamp of the push, by WeCom
);

-- Another number for each version of a company's record, also of one that was removed meanwhile.
CREATE SEQUENCE corp_versions;

CREATE TABLE corps (
  suite_id         text COLLATE "C" NOT NULL,
  corpid           text COLLATE "C" NOT NULL,
  record           text NOT NULL,
  version          bigint NOT NULL,
  status           text COLLATE "C" NOT NULL,
  name             text NOT NULL,
  folded           text NOT NULL,                -- the name in small letters, for searches
  agentid          bigint,
  authorized_at    bigint NOT NULL,              -- epoch ms
  has_code         boolean NOT NULL,             -- it may have tokens
  open_corpid      text COLLATE "C",             -- its other id; null if that is the same
  install_event_id text COLLATE "C",
  status_at        bigint NOT NULL,              -- epoch ms
  recheck_at       bigint,                       -- epoch ms; null: it is not rechecked
  heard_at         bigint NOT NULL DEFAULT 0,    -- epoch ms; when its recheck was brought forward
  refresh_at       bigint NOT NULL DEFAULT 0,    -- epoch ms; when its refresh is due
  PRIMARY KEY (suite_id, corpid)
) WITH (fillfactor = 80);

-- Lists and searches read this index alone.
CREATE INDEX corps_by_age ON corps (authorized_at DESC, suite_id, corpid)
  INCLUDE (status, folded, name, agentid);
CREATE INDEX corps_by_status ON corps (status, authorized_at DESC, suite_id, corpid);
CREATE INDEX corps_by_corpid ON corps (corpid);
CREATE INDEX corps_by_open_corpid ON corps (suite_id, open_corpid) WHERE open_corpid IS NOT NULL;
CREATE INDEX corps_by_install ON corps (suite_id, install_event_id)
  WHERE install_event_id IS NOT NULL;
-- Visits: whose turn has come.
CREATE INDEX corps_by_recheck ON corps (recheck_at) WHERE recheck_at IS NOT NULL;
CREATE INDEX corps_by_refresh ON corps (refresh_at) WHERE status = 'authorized';

-- A row is there from the first turn on, and goes with the permanent code of its company.
CREATE TABLE tokens (
  suite_id        text COLLATE "C" NOT NULL,
  corpid          text COLLATE "C" NOT NULL,     -- '': the suite's own
  kind            text COLLATE "C" NOT NULL,
  value           text,                          -- sealed; null: none was saved yet
  fetched_at      bigint,                        -- epoch ms
  expires_at      bigint,                        -- epoch ms; 0 once it was reported dead
  generation      bigint NOT NULL DEFAULT 0,     -- 0: none was saved yet
  refusal         text,                          -- JSON; null: none holds
  turn_owner      text COLLATE "C",              -- the replica whose turn it is to replace it
  turn_fence      bigint NOT NULL DEFAULT 0,     -- 0 once that turn was ended
  turn_until      bigint NOT NULL DEFAULT 0,     -- epoch ms
  PRIMARY KEY (suite_id, corpid, kind)
) WITH (fillfactor = 50);

-- What may be done so often within any hour, by all replicas.
CREATE TABLE budgets (
  account         text COLLATE "C" PRIMARY KEY,
  spent_at        bigint[] NOT NULL,             -- epoch ms; of the last hour when it was written
  last_at         bigint NOT NULL                -- epoch ms; an hour later the row may go
) WITH (fillfactor = 70);
CREATE INDEX budgets_by_age ON budgets (last_at);

CREATE TABLE api_keys (
  id              text COLLATE "C" PRIMARY KEY,
  record          text NOT NULL,                 -- how often it was used stands beside it
  name            text NOT NULL,
  created_at      bigint NOT NULL,               -- epoch ms
  revoked_at      bigint,                        -- epoch ms
  ends_at         bigint,                        -- epoch ms; when it was revoked, or ends by itself
  uses            bigint NOT NULL,
  last_used_at    bigint                         -- epoch ms
) WITH (fillfactor = 50);

CREATE TABLE endpoints (
  name            text COLLATE "C" PRIMARY KEY,
  record          text NOT NULL
);
`
