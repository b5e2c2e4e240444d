/**
 * What the database itself saw: each generation of a token, each state of an event, and whatever
 * was taken from who still had it, noted by triggers, so that no replica can tell it otherwise.
 */
import type { Database } from '../../src/store/postgres/connection/database'

/** What belongs to a replica, in which column that says so, and until when. */
const held = [
  { table: 'leases', owner: 'owner', until: 'expires_at' },
  { table: 'tokens', owner: 'turn_owner', until: 'turn_until' },
  { table: 'events', owner: 'owner', until: 'lease_until' },
  { table: 'deliveries', owner: 'owner', until: 'lease_until' },
]

/** Beside the one who takes something its owner may just be coming back to life. */
const lifeMs = 12_000

const statements = [
  `CREATE TABLE IF NOT EXISTS witnessed_tokens (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     token text NOT NULL, generation bigint)`,
  `CREATE OR REPLACE FUNCTION witness_token() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP = 'DELETE' THEN
       INSERT INTO witnessed_tokens (token, generation)
       VALUES (OLD.suite_id || ' ' || OLD.corpid || ' ' || OLD.kind, NULL);
       RETURN OLD;
     END IF;
     INSERT INTO witnessed_tokens (token, generation)
     VALUES (NEW.suite_id || ' ' || NEW.corpid || ' ' || NEW.kind, NEW.generation);
     RETURN NEW;
   END $$`,
  'DROP TRIGGER IF EXISTS witness_token ON tokens',
  `CREATE TRIGGER witness_token AFTER INSERT OR UPDATE OR DELETE ON tokens
   FOR EACH ROW EXECUTE FUNCTION witness_token()`,
  `CREATE TABLE IF NOT EXISTS witnessed_events (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     id text NOT NULL, before text NOT NULL, after text NOT NULL)`,
  `CREATE OR REPLACE FUNCTION witness_event() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO witnessed_events (id, before, after) VALUES (NEW.id, OLD.status, NEW.status);
     RETURN NEW;
   END $$`,
  'DROP TRIGGER IF EXISTS witness_event ON events',
  `CREATE TRIGGER witness_event AFTER UPDATE ON events
   FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION witness_event()`,
  `CREATE TABLE IF NOT EXISTS witnessed_takeovers (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     what text NOT NULL, was text NOT NULL, became text NOT NULL)`,
  `CREATE OR REPLACE FUNCTION witness_takeover() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     now_ms bigint := extract(epoch FROM clock_timestamp()) * 1000;
     began_ms bigint := extract(epoch FROM statement_timestamp()) * 1000;
   BEGIN
     IF (to_jsonb(OLD) ->> TG_ARGV[1])::bigint > now_ms AND EXISTS (
       SELECT 1 FROM replicas WHERE id = to_jsonb(OLD) ->> TG_ARGV[0]
         AND alive_until > now_ms AND alive_until - ${lifeMs} < began_ms)
     THEN
       INSERT INTO witnessed_takeovers (what, was, became)
       VALUES (TG_TABLE_NAME, to_jsonb(OLD)::text, to_jsonb(NEW)::text);
     END IF;
     RETURN NEW;
   END $$`,
  ...held.flatMap(({ table, owner, until }) => [
    `DROP TRIGGER IF EXISTS witness_takeover ON ${table}`,
    `CREATE TRIGGER witness_takeover AFTER UPDATE ON ${table}
     FOR EACH ROW WHEN (OLD.${owner} <> NEW.${owner})
     EXECUTE FUNCTION witness_takeover('${owner}', '${until}')`,
  ]),
]

/** Sets the triggers up in a database that has its tables. */
export const watchDatabase = async (database: Database): Promise<void> => {
  for (const statement of statements) await database.query(statement)
}

export interface Witnessed {
  /** Tokens whose generation fell while their row stood. */
  readonly tokensBackwards: readonly string[]
  /** Events that were done and became something else, or were done twice. */
  readonly undone: readonly string[]
  /** What was taken from a replica that lived, before the time was over for which it had it. */
  readonly takenEarly: readonly string[]
  /** How many generations and states were seen. */
  readonly generations: number
  readonly states: number
}

export const whatWasSeen = async (database: Database): Promise<Witnessed> => {
  const tokens = await database.query<{ token: string; generation: number | null }>(
    'SELECT token, generation::float8 AS generation FROM witnessed_tokens ORDER BY seq',
  )
  const events = await database.query<{ id: string; before: string; after: string }>(
    'SELECT id, before, after FROM witnessed_events ORDER BY seq',
  )
  const takeovers = await database.query<{ what: string; was: string; became: string }>(
    'SELECT what, was, became FROM witnessed_takeovers ORDER BY seq',
  )
  const newest = new Map<string, number>()
  const tokensBackwards: string[] = []
  for (const { token, generation } of tokens) {
    const before = newest.get(token) ?? 0
    if (generation === null) newest.delete(token)
    else {
      if (generation < before) tokensBackwards.push(`${token}: ${before} → ${generation}`)
      newest.set(token, generation)
    }
  }
  return {
    tokensBackwards,
    undone: events.flatMap(({ id, before, after }) =>
      before === 'done' ? [`${id}: done → ${after}`] : [],
    ),
    takenEarly: takeovers.map(({ what, was, became }) => `${what}: ${was} → ${became}`),
    generations: tokens.length,
    states: events.length,
  }
}
