/** The tables of events: what came, how our own work on it went, and what was seen already. */

/**
 * Bodies and other texts that are sealed are `bytea`: `text` takes no U+0000, and one such body in
 * a batch would refuse all of it.
 */
export const eventTables = `
-- What was seen already; outlives its event.
CREATE TABLE identities (
  identity        text COLLATE "C" PRIMARY KEY,  -- hash over suite and whole decrypted body
  seen_at         bigint NOT NULL                -- epoch ms, received_at of its event
);
CREATE INDEX identities_by_age ON identities (seen_at);

-- One row, locked by whoever adds events until these can be seen: the order of arrival is the
-- order in which they can be read, and who reads on by it misses none. It comes with the first
-- append and is never written again: during a backup of an hour its old versions would pile up, and
-- each append would pass them all.
CREATE TABLE arrivals (
  one             boolean PRIMARY KEY CHECK (one)
);

CREATE TABLE events (
  seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order of arrival
  id              text COLLATE "C" NOT NULL UNIQUE,
  suite_id        text COLLATE "C",              -- null: of the provider itself
  corpid          text COLLATE "C",              -- null: not known (yet)
  source          text COLLATE "C" NOT NULL,     -- command, data, system, install, suited
  type            text COLLATE "C" NOT NULL,     -- InfoType, event.<Event>, MsgType, unparsed
  received_at     bigint NOT NULL,               -- epoch ms
  body            bytea NOT NULL,                -- as WeCom sent it, decrypted; '' once blanked
  kept            bytea,                         -- what our work on it must not lose; null: nothing
  outgoing        bytea,                         -- what is sent of it; null: not composed yet
  status          text COLLATE "C" NOT NULL,     -- of our own work: pending, done, dead
  attempts        int NOT NULL DEFAULT 0,        -- tries that ended
  next_attempt_at bigint,                        -- epoch ms; null once settled
  last_error      text,
  owner           text COLLATE "C",              -- the replica that took it; null: nobody has it
  claim           int NOT NULL DEFAULT 0,        -- times it was taken to work on
  lease_until     bigint NOT NULL DEFAULT 0,     -- epoch ms; the owner's until then, while it lives
  lost_owners     text[] NOT NULL DEFAULT '{}',  -- whose claims ran out unsettled
  dispatch_at     bigint,                        -- epoch ms; null: dispatched, or never to be
  purge_at        bigint                         -- epoch ms; a dead one goes then, before its days
) WITH (fillfactor = 90);

-- What is sealed can't be made smaller, and of what isn't its beginning is read alone.
ALTER TABLE events ALTER body SET STORAGE EXTERNAL, ALTER kept SET STORAGE EXTERNAL,
  ALTER outgoing SET STORAGE EXTERNAL;

-- Claims and the next due time: what waits, in the order in which it is taken.
CREATE INDEX events_pending ON events (next_attempt_at, seq) WHERE status = 'pending';
CREATE INDEX events_pending_by_type ON events (type, next_attempt_at, seq)
  WHERE status = 'pending';
CREATE INDEX events_undispatched ON events (dispatch_at, seq)
  WHERE dispatch_at IS NOT NULL AND status <> 'pending';
-- Lists.
CREATE INDEX events_by_corpid ON events (corpid, seq);
CREATE INDEX events_by_suite_id ON events (suite_id, seq);
CREATE INDEX events_by_type ON events (type, seq);
CREATE INDEX events_by_arrival_pending ON events (seq) WHERE status = 'pending';
CREATE INDEX events_by_arrival_dead ON events (seq) WHERE status = 'dead';
-- Purging.
CREATE INDEX events_by_age ON events (received_at);
CREATE INDEX events_going_early ON events (purge_at) WHERE purge_at IS NOT NULL;
`
