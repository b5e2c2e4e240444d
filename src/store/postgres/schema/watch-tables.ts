/** The tables of what is watched: companies that WeCom called gone, and work done once for all. */

export const watchTables = `
CREATE TABLE suspected_corps (
  suite_id        text COLLATE "C" NOT NULL,
  corpid          text COLLATE "C" NOT NULL,
  since           bigint NOT NULL,               -- epoch ms, as all times
  confirm_at      bigint NOT NULL,               -- WeCom is asked again then
  given_up_at     bigint,                        -- null: it is suspected still
  PRIMARY KEY (suite_id, corpid)
);
CREATE INDEX suspected_due ON suspected_corps (confirm_at) WHERE given_up_at IS NULL;

CREATE TABLE revocation_alarms (
  suite_id        text COLLATE "C" PRIMARY KEY,
  since           bigint NOT NULL                -- epoch ms
);

CREATE TABLE shared_work (
  work            text COLLATE "C" PRIMARY KEY,  -- purge, erasure, backup
  at              bigint NOT NULL                -- epoch ms; when it was last done
);
`
