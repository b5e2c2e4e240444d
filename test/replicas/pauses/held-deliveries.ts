/**
 * A replica that is paused while it delivers: the business app has its requests, and its answers
 * wait for it in the sockets.
 */
import { until } from '../../binary/until'
import type { Replica } from '../fleet'
import type { Received } from '../receiver'
import type { Stage } from './stage'

const witnessSql = [
  'CREATE TABLE witnessed_deliveries (event_seq bigint, before text, after text)',
  `CREATE FUNCTION witness_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO witnessed_deliveries VALUES (NEW.event_seq, OLD.status, NEW.status);
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER witness_delivery AFTER UPDATE ON deliveries
   FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION witness_delivery()`,
]

/** What the record has of one delivery. */
export interface Told {
  readonly status: string
  readonly claim: number
  readonly owner: string | null
  /** Attempts that are written down. */
  readonly attempts: number
  /** How often it became done, and how often it was something else after that. */
  readonly done: number
  readonly undone: number
}

const toldSql = `
  SELECT d.status, d.claim, d.owner,
    (SELECT count(*) FROM attempts a WHERE a.event_id = e.id)::int AS attempts,
    (SELECT count(*) FROM witnessed_deliveries w
     WHERE w.event_seq = e.seq AND w.after = 'done')::int AS done,
    (SELECT count(*) FROM witnessed_deliveries w
     WHERE w.event_seq = e.seq AND w.before = 'done')::int AS undone
  FROM deliveries d JOIN events e ON e.seq = d.event_seq WHERE e.id = $1`

export interface HeldDeliveries {
  /** By company, in this order: the ids of what came first and of what came behind it. */
  readonly lines: readonly { readonly first: string; readonly second: string }[]
  /** Once others deliver, and hold the second attempt of the last line's first one: its owner. */
  takenOver(): Promise<string>
  /** The paused one goes on with its late answers, and that they came is written down. */
  goOn(): Promise<void>
  /** What others hold is answered; resolves when all is delivered. */
  finish(): Promise<void>
  told(id: string): Promise<Told>
}

/**
 * One message of each of three companies is held in one replica, and another one is behind each.
 * Its answers come late: the first that it was taken, the others that it failed. By then another
 * replica's attempt of the last one is under way.
 */
export const holdDeliveries = async (
  { database, simulator, suite, hold, received, whileAlone }: Stage,
  parts: {
    readonly corpids: readonly [string, string, string]
    readonly delivers: Replica
  },
): Promise<HeldDeliveries> => {
  const { corpids, delivers } = parts
  const last = corpids[2]
  const late = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<void>()
  const came = (delivery: Received) => [...received].find(([, one]) => one === delivery)![0]
  const firsts = new Map<string, string>()

  for (const statement of witnessSql) await database.query(statement)
  hold((delivery) => {
    const { corpid, times } = delivery
    if (corpid === null || !corpids.includes(corpid)) return null
    if (!firsts.has(corpid)) firsts.set(corpid, came(delivery))
    if (firsts.get(corpid) !== came(delivery)) return null
    if (times === 1) {
      const status = corpid === corpids[0] ? 200 : 500
      return late.promise.then(() => new Response(null, { status }))
    }
    if (corpid !== last || times > 2) return null
    return taken.promise.then(() => new Response('ok'))
  })

  const write = async (text: string) => {
    for (const corpid of corpids) await simulator.pusher.message(suite.suiteId, corpid, { text })
  }
  await whileAlone(delivers, async () => {
    await write('first')
    await until('three requests', () => firsts.size === corpids.length)
    delivers.pause()
  })
  late.resolve()
  await write('second')

  const told = async (id: string) => (await database.query<Told>(toldSql, [id]))[0]!
  const idsOf = (corpid: string) =>
    database.query<{ id: string }>(
      `SELECT id FROM events WHERE corpid = $1 AND type = 'text' ORDER BY seq`,
      [corpid],
    )
  const lines = await Promise.all(
    corpids.map(async (corpid) => {
      const [first, second] = await idsOf(corpid)
      return { first: first!.id, second: second!.id }
    }),
  )

  return {
    lines,
    told,
    async takenOver() {
      await until('what is behind the others', async () => {
        const behind = await Promise.all(lines.slice(0, 2).map(({ second }) => told(second)))
        const held = received.get(lines[2]!.first)?.times ?? 0
        return held > 1 && behind.every(({ status }) => status === 'done')
      })
      return (await told(lines[2]!.first)).owner!
    },
    async goOn() {
      delivers.goOn()
      await until('its late answers', async () => {
        const all = await Promise.all(lines.map(({ first }) => told(first)))
        return all.map(({ attempts }) => attempts).join() === '2,2,1'
      })
    },
    async finish() {
      taken.resolve()
      await until('all deliveries', async () => {
        const all = await Promise.all(lines.map(({ second }) => told(second)))
        return all.every(({ status }) => status === 'done')
      })
      hold(() => null)
    },
  }
}
