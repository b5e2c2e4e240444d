/** The tables of the event log, and how an older file becomes a current one. */
import type { Database } from 'bun:sqlite'
import { ServiceError } from '../../../errors'
import { watchTables } from './watch-tables'

/** The step that copies the facts of events which an older suited wrote: it needs the keys. */
const copyingFacts = Symbol('the facts of events are copied')

/** Step n leads from `user_version` n to n + 1. A released step never changes. */
const steps: readonly (string | typeof copyingFacts)[] = [
  `
  CREATE TABLE events (
    seq             INTEGER PRIMARY KEY,         -- order of arrival; lists and cursors go by it
    id              TEXT NOT NULL UNIQUE,
    suite_id        TEXT,                        -- null: of the provider itself
    corpid          TEXT,                        -- null: not known (yet)
    source          TEXT NOT NULL,               -- command, data, system, install, suited
    type            TEXT NOT NULL,               -- InfoType, event.<Event>, MsgType, unparsed
    received_at     INTEGER NOT NULL,            -- epoch ms
    body            TEXT NOT NULL,               -- as WeCom sent it, decrypted; '' once blanked
    status          TEXT NOT NULL,               -- of our own work: pending, done, dead
    attempts        INTEGER NOT NULL DEFAULT 0,  -- tries that ended
    next_attempt_at INTEGER,                     -- epoch ms; null once settled
    lease_until     INTEGER NOT NULL DEFAULT 0,  -- epoch ms; claimed until then
    last_error      TEXT
  ) STRICT;

  -- Claims and the next due time: what waits, in the order in which it is taken.
  CREATE INDEX events_pending ON events (next_attempt_at, seq, lease_until)
    WHERE status = 'pending';
  -- Lists; each index ends with seq by itself.
  CREATE INDEX events_by_suite_id ON events (suite_id);
  CREATE INDEX events_by_corpid   ON events (corpid);
  CREATE INDEX events_by_type     ON events (type);
  CREATE INDEX events_by_status   ON events (status);
  -- Purging.
  CREATE INDEX events_by_age      ON events (received_at);

  CREATE TABLE deliveries (
    event_seq       INTEGER NOT NULL,            -- events.seq; goes with its event
    endpoint        TEXT NOT NULL,               -- address at the business app
    status          TEXT NOT NULL,               -- pending, done, dead
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER,                     -- epoch ms; null once settled
    lease_until     INTEGER NOT NULL DEFAULT 0,  -- epoch ms
    last_error      TEXT,
    PRIMARY KEY (event_seq, endpoint)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX deliveries_pending ON deliveries (next_attempt_at, event_seq, endpoint, lease_until)
    WHERE status = 'pending';

  -- What was seen already; outlives its event.
  CREATE TABLE identities (
    identity        TEXT PRIMARY KEY,            -- hash over suite and whole decrypted body
    seen_at         INTEGER NOT NULL             -- epoch ms, received_at of its event
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX identities_by_age ON identities (seen_at);
  `,
  `
  ALTER TABLE events ADD COLUMN kept TEXT;       -- what our work on it must not lose; null: nothing
  `,
  `
  ALTER TABLE events ADD COLUMN claim INTEGER NOT NULL DEFAULT 0;  -- times it was taken to work on
  `,
  `
  -- What happened, kept for good; an event's fact outlives it.
  CREATE TABLE facts (
    seq             INTEGER PRIMARY KEY,         -- order in which they were added
    id              TEXT NOT NULL UNIQUE,        -- of its event, where there was one
    suite_id        TEXT,                        -- null: of the provider itself
    corpid          TEXT,                        -- null: of no company, or not known (yet)
    type            TEXT NOT NULL,
    at              INTEGER NOT NULL,            -- epoch ms
    payload         TEXT NOT NULL                -- JSON without secrets; '' once erased
  ) STRICT;

  CREATE INDEX facts_by_corpid ON facts (corpid, at);
  CREATE INDEX facts_by_type   ON facts (type, at);
  `,
  copyingFacts,
  `
  -- Who did what, when, from where.
  CREATE TABLE audit (
    seq             INTEGER PRIMARY KEY,         -- order in which they were added
    id              TEXT NOT NULL UNIQUE,
    at              INTEGER NOT NULL,            -- epoch ms
    actor_kind      TEXT NOT NULL,               -- admin_token, key, command
    actor_id        TEXT,                        -- of a key
    actor_name      TEXT,                        -- of a key, as it was then
    action          TEXT NOT NULL,               -- key.create, event.retry, corp.access_token …
    suite_id        TEXT,
    corpid          TEXT,
    target          TEXT,                        -- what it was done to: the id of a key, of an event
    address         TEXT,                        -- null: over no network
    status          INTEGER NOT NULL             -- HTTP status of the answer; 0 for commands
  ) STRICT;

  CREATE INDEX audit_by_age    ON audit (at);
  CREATE INDEX audit_by_actor  ON audit (COALESCE(actor_id, actor_kind), at);
  CREATE INDEX audit_by_action ON audit (action, at);
  CREATE INDEX audit_by_corpid ON audit (corpid, at) WHERE corpid IS NOT NULL;
  `,
  `
  -- Nothing was ever written to it.
  DROP TABLE deliveries;

  ALTER TABLE events ADD COLUMN dispatch_at INTEGER;  -- epoch ms; null: dispatched, or never to be
  ALTER TABLE events ADD COLUMN outgoing TEXT;        -- what is sent of it; null: not composed yet

  CREATE INDEX events_undispatched ON events (dispatch_at, seq)
    WHERE dispatch_at IS NOT NULL AND status <> 'pending';

  CREATE TABLE deliveries (
    seq             INTEGER PRIMARY KEY,         -- order of dispatch
    event_seq       INTEGER NOT NULL,            -- events.seq; goes with its event
    endpoint        TEXT NOT NULL,
    corpid          TEXT NOT NULL,               -- '': of no company
    ordered         INTEGER NOT NULL,            -- 1: one at a time per endpoint and corpid
    waits           INTEGER NOT NULL,            -- 1: an older one is before it
    status          TEXT NOT NULL,               -- pending, done, dead
    attempts        INTEGER NOT NULL DEFAULT 0,
    step            INTEGER NOT NULL DEFAULT 0,  -- attempts that count against its schedule
    next_attempt_at INTEGER,                     -- epoch ms; null once settled
    last_error      TEXT,
    claim           INTEGER NOT NULL DEFAULT 0,  -- times it was taken to be tried
    lease_until     INTEGER NOT NULL DEFAULT 0,  -- epoch ms
    dispatched_at   INTEGER NOT NULL,            -- epoch ms; of a replay: its event's received_at
    replay          TEXT,                        -- the job that put it on its way last
    before_replay   TEXT                         -- its status before that; null: it wasn't there
  ) STRICT;

  CREATE UNIQUE INDEX deliveries_of_event ON deliveries (event_seq, endpoint);
  -- Claims: what may be taken, in the order in which it is.
  CREATE INDEX deliveries_due ON deliveries (endpoint, next_attempt_at, seq)
    WHERE status = 'pending' AND waits = 0;
  -- The line of each endpoint and company.
  CREATE INDEX deliveries_line ON deliveries (endpoint, corpid, seq)
    WHERE status = 'pending' AND ordered = 1;
  -- Counts, and what was held too long.
  CREATE INDEX deliveries_open ON deliveries (endpoint, dispatched_at) WHERE status = 'pending';
  CREATE INDEX deliveries_dead ON deliveries (endpoint) WHERE status = 'dead';
  CREATE INDEX deliveries_of_replay ON deliveries (replay, status) WHERE replay IS NOT NULL;

  CREATE TABLE endpoint_states (
    endpoint        TEXT PRIMARY KEY,
    status          TEXT NOT NULL,               -- on, paused, off
    reason          TEXT,
    failures        INTEGER NOT NULL,            -- in a row
    failing_since   INTEGER,                     -- epoch ms, as all times
    last_failure_at INTEGER,
    last_error      TEXT,
    last_success_at INTEGER,
    recovered_at    INTEGER,
    dropped         INTEGER NOT NULL             -- deliveries given up because they were held too long
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE attempts (
    seq             INTEGER PRIMARY KEY,         -- order in which they ended
    event_id        TEXT NOT NULL,               -- it may be purged before
    suite_id        TEXT,
    corpid          TEXT,
    endpoint        TEXT NOT NULL,
    at              INTEGER NOT NULL,            -- epoch ms
    address         TEXT,                        -- that was connected to
    status          INTEGER,                     -- HTTP status; null: no answer
    error           TEXT,                        -- null: a success
    duration_ms     INTEGER NOT NULL,
    answer          TEXT NOT NULL                -- its first kilobyte
  ) STRICT;

  CREATE INDEX attempts_of_event ON attempts (event_id, seq);
  CREATE INDEX attempts_by_age   ON attempts (at);
  CREATE INDEX attempts_of_corp  ON attempts (corpid);

  CREATE TABLE replays (
    id              TEXT PRIMARY KEY,
    endpoint        TEXT NOT NULL,
    query           TEXT NOT NULL,               -- JSON
    status          TEXT NOT NULL,               -- running, done, cancelled
    searched_to     TEXT,                        -- an event's id
    searched        INTEGER NOT NULL DEFAULT 0,
    total           INTEGER NOT NULL DEFAULT 0,
    sent            INTEGER,                     -- once it has ended
    started_at      INTEGER NOT NULL,            -- epoch ms
    ended_at        INTEGER
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What is good for minutes and had once.
  CREATE TABLE once (
    kind            TEXT NOT NULL,               -- login_code, flow_turn, auth_code …
    key             TEXT NOT NULL,               -- a hash of what it stands for
    value           TEXT NOT NULL,
    expires_at      INTEGER NOT NULL,            -- epoch ms
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX once_by_end ON once (expires_at);

  -- Epoch ms; from then on a dead event goes, before its days are over; null: not before.
  ALTER TABLE events ADD COLUMN purge_at INTEGER;

  CREATE INDEX events_going_early ON events (purge_at) WHERE purge_at IS NOT NULL;
  `,
  watchTables,
]

/** The version from which the facts of events are still to be copied. */
export const factsUncopiedVersion = steps.indexOf(copyingFacts)

/** The version from which events have a column for what is sent of them. */
export const outgoingVersion = 7

/** The version from which there is a table of what is had once. */
export const onceVersion = 8

/** What all steps lead to. */
export const schemaVersion = steps.length

/** The version of the tables; 0 if there are none yet. */
export const versionOf = (db: Database): number =>
  db.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0

/**
 * Brings the tables up to date; stops at `factsUncopiedVersion`, and goes on after it when the
 * facts were copied.
 *
 * @throws {ServiceError} store_unavailable — a newer suited wrote the file
 */
export const migrate = (db: Database): void => {
  const from = versionOf(db)
  if (from > schemaVersion) {
    throw new ServiceError(
      'store_unavailable',
      `The event log has schema version ${from}, written by a newer suited; this one knows ` +
        `versions up to ${schemaVersion}. Start the newer suited, or restore an older copy.`,
    )
  }
  for (const [at, step] of steps.entries()) {
    if (at < from) continue
    if (step === copyingFacts) return
    db.transaction(() => {
      db.run(step)
      db.run(`PRAGMA user_version = ${at + 1}`)
    }).immediate()
  }
}
