/** The tables of the replicas: their lives, and what they tell each other of their changes. */

/** One statement each. */
export const replicaTables: readonly string[] = [
  `CREATE TABLE replicas (
    id text COLLATE "C" PRIMARY KEY,
    started_at bigint NOT NULL,
    version text NOT NULL,
    settings text NOT NULL,
    alive_until bigint NOT NULL,
    seen text NOT NULL
  ) WITH (fillfactor = 50)`,
  // Written in the statement of the change itself. What is JSON text; by is the owner.
  `CREATE TABLE changes (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    by text COLLATE "C" NOT NULL,
    what text NOT NULL
  )`,
  'CREATE INDEX changes_at ON changes (at)',
]
