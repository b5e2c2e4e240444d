/**
 * A replica that is paused while it finds that a company is gone, in the call to WeCom or in the
 * write that gives the company up. Then WeCom calls many gone, others raise the alarm, and WeCom
 * comes to its senses.
 */
import { adminToken } from '../../binary/suited'
import { until } from '../../binary/until'
import type { Fleet, Replica } from '../fleet'
import { hasEnded, type Stage } from './stage'

const corpTokenPath = '/cgi-bin/service/get_corp_token'

export type Moment = 'the call' | 'the write'

const witnessSql = [
  'CREATE TABLE witnessed_corps (corpid text NOT NULL, status text NOT NULL)',
  `CREATE FUNCTION witness_corp() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO witnessed_corps VALUES (NEW.corpid, NEW.status);
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER witness_corp AFTER UPDATE ON corps
   FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION witness_corp()`,
]

/** The business app reports its token dead, and the replica asks WeCom for another one. */
const reportDead = async ({ suited }: Replica, corpid: string): Promise<void> => {
  const path = `/api/corps/${corpid}/access-token`
  const { accessToken: dead } = await suited.ask(path)
  await suited.ask(path, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ dead }),
  })
}

/** Pauses it in that moment; returns what has what is on its way arrive. */
const pauseIn = async (moment: Moment, fleet: Fleet, replica: Replica): Promise<() => void> => {
  if (moment === 'the call') {
    const paused = await fleet.pausedAtCall(corpTokenPath)
    if (paused !== replica) throw new Error(`${paused.name} asked WeCom`)
    return () => undefined
  }
  const sendOn = await replica.forwarder.keepBackFrom('"status":"invalid"')
  replica.pause()
  return sendOn
}

export interface HeldConfirmation {
  /** Another one confirms what is due, and raises the alarm. */
  confirmedBy(other: Replica): Promise<void>
  /** WeCom serves all of them again, and another one finds that. */
  healedBy(other: Replica): Promise<void>
  /** What was on its way arrives, and the paused one goes on. */
  goOn(): Promise<void>
  /** Companies that were given up at any time, as the database saw it. */
  givenUp(): Promise<readonly string[]>
  /** How many are suspected now. */
  suspected(): Promise<number>
  /** How often the alarm was told. */
  alarms(): Promise<number>
}

/**
 * @param parts.gone companies that WeCom calls gone from now on, the first before the others
 * @param parts.reporters who comes to know of the others, by turns
 * @param parts.confirms who comes to know of the first one, confirms it and is paused
 */
export const holdConfirmation = async (
  { fleet, database, simulator, whileAlone }: Stage,
  parts: {
    readonly moment: Moment
    readonly gone: readonly string[]
    readonly reporters: readonly Replica[]
    readonly confirms: Replica
  },
): Promise<HeldConfirmation> => {
  const { moment, gone, reporters, confirms } = parts

  const countOf = async (sql: string) =>
    (await database.query<{ count: number }>(sql))[0]?.count ?? 0
  const suspected = () =>
    countOf('SELECT count(*)::int AS count FROM suspected_corps WHERE given_up_at IS NULL')
  const alarms = () =>
    countOf(`SELECT count(*)::int AS count FROM events WHERE type = 'suited.mass_refusal'`)

  const refuse = async (corpid: string, by: Replica) => {
    const before = await suspected()
    simulator.faults.add({ path: corpTokenPath, corpid, errcode: 48004 })
    await reportDead(by, corpid)
    await until('a suspicion', async () => (await suspected()) > before)
  }
  /** As if the minute were over that is waited before WeCom is asked again. */
  const makeDue = () => database.query('UPDATE suspected_corps SET confirm_at = 0')
  const confirmBy = async (other: Replica) => {
    await makeDue()
    await other.reload()
  }

  for (const statement of witnessSql) await database.query(statement)
  const [first, ...others] = gone
  await refuse(first!, confirms)
  let reloading = Promise.resolve()
  const arrive = await whileAlone(confirms, async () => {
    await makeDue()
    const pausing = pauseIn(moment, fleet, confirms)
    reloading = confirms.reload()
    return pausing
  })
  for (const [n, corpid] of others.entries()) await refuse(corpid, reporters[n % reporters.length]!)

  return {
    suspected,
    alarms,
    async confirmedBy(other) {
      await confirmBy(other)
      await until('an alarm', async () => (await alarms()) > 0)
    },
    async healedBy(other) {
      simulator.faults.clear()
      await confirmBy(other)
      await until('the end of all suspicions', async () => (await suspected()) === 0)
    },
    async goOn() {
      arrive()
      confirms.goOn()
      await reloading
      await until('the end of its confirmation', () =>
        hasEnded(confirms, 'checking suspected revocations'),
      )
    },
    async givenUp() {
      const sql = `SELECT corpid FROM witnessed_corps WHERE status <> 'authorized'`
      return (await database.query<{ corpid: string }>(sql)).map(({ corpid }) => corpid)
    },
  }
}
