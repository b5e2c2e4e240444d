/** The tables of deliveries: their lines, the states of endpoints, attempts, replays. */

export const deliveryTables = `
CREATE TABLE deliveries (
  seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order of dispatch
  event_seq       bigint NOT NULL,                  -- events.seq; goes with its event
  endpoint        text COLLATE "C" NOT NULL,
  corpid          text COLLATE "C" NOT NULL,        -- '': of no company
  ordered         boolean NOT NULL,                 -- one at a time per endpoint and corpid
  waits           boolean NOT NULL,                 -- another one of its line goes before it
  status          text NOT NULL,                    -- pending, done, dead
  attempts        int NOT NULL DEFAULT 0,
  step            int NOT NULL DEFAULT 0,           -- attempts that count against its schedule
  next_attempt_at bigint,                           -- epoch ms; null once settled
  last_error      text,
  owner           text,                             -- replicas.id of who claimed it last
  claim           int NOT NULL DEFAULT 0,           -- times it was taken to be tried
  lease_until     bigint NOT NULL DEFAULT 0,        -- epoch ms
  dispatched_at   bigint NOT NULL,                  -- epoch ms; of a replay: its event's received_at
  replay          text COLLATE "C",                 -- the job that put it on its way last
  before_replay   text                              -- its status before that; null: it wasn't there
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX deliveries_of_event ON deliveries (event_seq, endpoint);
-- Claims: what may be taken, in the order in which it is.
CREATE INDEX deliveries_due ON deliveries (endpoint, next_attempt_at, seq)
  WHERE status = 'pending' AND NOT waits;
-- One head for each line, whoever writes: two of one line are never with two replicas.
CREATE UNIQUE INDEX deliveries_head ON deliveries (endpoint, corpid)
  WHERE status = 'pending' AND ordered AND NOT waits;
-- Who is behind it.
CREATE INDEX deliveries_waiting ON deliveries (endpoint, corpid, seq)
  WHERE status = 'pending' AND waits;
-- Counts, what was held too long, and what is to be put in line or out of it.
CREATE INDEX deliveries_open ON deliveries (endpoint, ordered, dispatched_at)
  WHERE status = 'pending';
CREATE INDEX deliveries_dead ON deliveries (endpoint) WHERE status = 'dead';
CREATE INDEX deliveries_done ON deliveries (endpoint) WHERE status = 'done';
CREATE INDEX deliveries_of_replay ON deliveries (replay)
  WHERE replay IS NOT NULL AND status = 'pending';

CREATE TABLE endpoint_states (
  endpoint        text COLLATE "C" PRIMARY KEY,
  status          text NOT NULL,                    -- on, paused, off
  reason          text,
  failures        int NOT NULL,                     -- in a row
  failing_since   bigint,                           -- epoch ms, as all times
  last_failure_at bigint,
  last_error      text,
  last_success_at bigint,                           -- of successes that follow, to the second
  recovered_at    bigint,
  dropped         int NOT NULL                      -- deliveries given up: held too long
) WITH (fillfactor = 50);

CREATE TABLE attempts (
  seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order in which they ended
  event_id        text COLLATE "C" NOT NULL,        -- it may be purged before
  suite_id        text COLLATE "C",
  corpid          text COLLATE "C",
  endpoint        text NOT NULL,
  at              bigint NOT NULL,                  -- epoch ms
  address         text,                             -- that was connected to
  status          int,                              -- HTTP status; null: no answer
  error           text,                             -- null: a success
  duration_ms     bigint NOT NULL,
  answer          bytea NOT NULL                    -- its first kilobyte, sealed
);

CREATE INDEX attempts_of_event ON attempts (event_id, seq);
CREATE INDEX attempts_by_age ON attempts (at);
CREATE INDEX attempts_of_corp ON attempts (corpid, suite_id) WHERE corpid IS NOT NULL;

CREATE TABLE replays (
  id              text COLLATE "C" PRIMARY KEY,
  endpoint        text COLLATE "C" NOT NULL,
  query           text NOT NULL,                    -- JSON
  status          text NOT NULL,                    -- running, done, cancelled
  searched_to     text,                             -- an event's id
  searched        boolean NOT NULL DEFAULT false,
  total           int NOT NULL DEFAULT 0,
  sent            int,                              -- once it has ended
  started_at      bigint NOT NULL,                  -- epoch ms
  ended_at        bigint
);
`
