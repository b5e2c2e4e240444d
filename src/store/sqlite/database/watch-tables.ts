/** The tables of what is watched: a step of the schema, which never changes once released. */

export const watchTables = `
-- Companies that WeCom called gone.
CREATE TABLE suspected_corps (
  suite_id        TEXT NOT NULL,
  corpid          TEXT NOT NULL,
  since           INTEGER NOT NULL,            -- epoch ms, as all times
  confirm_at      INTEGER NOT NULL,            -- when WeCom is asked again
  given_up_at     INTEGER,                     -- null: it is suspected, and not confirmed yet
  PRIMARY KEY (suite_id, corpid)
) STRICT, WITHOUT ROWID;

CREATE INDEX suspected_corps_due ON suspected_corps (confirm_at) WHERE given_up_at IS NULL;

-- Suites of which too many companies are suspected to give up any.
CREATE TABLE revocation_alarms (
  suite_id        TEXT PRIMARY KEY,
  since           INTEGER NOT NULL             -- epoch ms
) STRICT, WITHOUT ROWID;

-- When work was last done that is done once for all: purge, erasure, backup.
CREATE TABLE shared_work (
  work            TEXT PRIMARY KEY,
  at              INTEGER NOT NULL             -- epoch ms
) STRICT, WITHOUT ROWID;
`
