/** One machine with its folder, and one, two and three replicas on a database beside them. */
import { createSealing } from '../../../src/store/driver/sealing'
import { openPostgresStore } from '../../../src/store/postgres/postgres-store'
import { migrate } from '../../../src/store/postgres/schema/migrate'
import { freshBytes } from '../../fresh-bytes'
import { openTestPool } from '../../postgres/pool'
import { findPostgres, type PostgresServer, startPostgres } from '../../postgres/server'
import { type Contender, lean, startSuited } from '../contenders'
import { fill, quietLog } from '../folders'
import type { LoadPlan, LoadResult } from '../load-plan'
import { load } from '../loading'
import { median, ratio } from '../medians'
import { alternate, figures } from '../rounds'
import type { Conditions, Row } from '../row'
import { show, showMs } from '../table'
import { startWecom, type Wecom } from '../wecom'

const connections = 48
const companies = 10
const key = Buffer.alloc(32, 7)

const prepared = async (server: PostgresServer): Promise<string> => {
  const url = server.urlOf('postgres')
  const database = openTestPool(url, 4)
  await migrate(database)
  const store = openPostgresStore({
    database,
    clock: null,
    sealing: createSealing({ current: key, previous: null }, freshBytes),
    owner: 'bench',
    log: quietLog,
    freshBytes,
  })
  await fill(store, { companies, active: companies })
  await store.close()
  await database.close()
  return url
}

interface Fleet {
  readonly name: string
  readonly members: readonly Contender[]
}

const startFleets = async (
  conditions: Conditions,
  wecom: Wecom,
  server: PostgresServer,
): Promise<Fleet[]> => {
  const encrypted = { ...lean, SUITED_ENCRYPTION_KEY: key.toString('base64') }
  const { dir } = await conditions.folder({ companies, active: companies })
  const start = (settings: Readonly<Record<string, string>>) =>
    startSuited({ dataDir: dir, wecom: wecom.origin, settings: { ...encrypted, ...settings } })
  const alone = await start({})
  const onDatabase = { SUITED_STORE: await prepared(server) }
  const members: Contender[] = []
  for (let n = 0; n < 3; n++) members.push(await start(onDatabase))
  const replicas = [1, 2, 3].map((count) => ({
    name: `${count} on PostgreSQL`,
    members: members.slice(0, count),
  }))
  return [{ name: 'one with its folder', members: [alone] }, ...replicas]
}

interface Measured {
  readonly perSecond: number
  readonly p99Ms: number
  /** Of all its members together. */
  readonly cpuMicroseconds: number
}

const measure = async (
  { members }: Fleet,
  what: LoadPlan['what'],
  { seconds, warmUpSeconds }: Conditions,
): Promise<Measured> => {
  const results: LoadResult[] = await Promise.all(
    members.map((member) =>
      load(member, {
        what,
        companies,
        connections: connections / members.length,
        rate: null,
        seconds,
        warmUpSeconds,
      }),
    ),
  )
  return {
    perSecond: results.reduce((sum, one) => sum + one.perSecond, 0),
    p99Ms: Math.max(...results.map((one) => one.p99Ms)),
    cpuMicroseconds: median(results.map((one) => one.cpuMicroseconds)),
  }
}

export const replicas: Row = async (conditions) => {
  const bin = findPostgres()
  const nothing = { what: 'replicas', measured: 'no PostgreSQL here', target: '–', met: null }
  if (bin === null) return { findings: [nothing], tables: [] }
  const wecom = startWecom()
  const server = await startPostgres(bin, { durable: true })
  let fleets: Fleet[] = []
  try {
    fleets = await startFleets(conditions, wecom, server)
    const names = fleets.map(({ name }) => name)
    const measured = async (what: LoadPlan['what']) =>
      alternate(names, conditions.rounds, async (name, round) => {
        const one = await measure(fleets.find((fleet) => fleet.name === name)!, what, conditions)
        conditions.tell(`replicas, round ${round + 1}, ${what}, ${name}: ${show(one.perSecond)}`)
        return one
      })
    const commands = await measured('command')
    const signs = await measured('sign')
    const [alone = ''] = names
    const perSecond = (results: typeof commands, name: string) =>
      figures(results, name, (one) => one.perSecond)
    return {
      findings: [],
      tables: [
        {
          name: 'replicas',
          head: [
            'Who serves',
            'Messages a second',
            'p99',
            'CPU each',
            'Against the folder',
            'Signatures a second',
            'p99',
            'Against the folder',
          ],
          rows: names.map((name) => [
            name,
            show(median(perSecond(commands, name))),
            showMs(median(figures(commands, name, (one) => one.p99Ms))),
            `${show(median(figures(commands, name, (one) => one.cpuMicroseconds)))} µs`,
            show(ratio(perSecond(commands, name), perSecond(commands, alone))),
            show(median(perSecond(signs, name))),
            showMs(median(figures(signs, name, (one) => one.p99Ms))),
            show(ratio(perSecond(signs, name), perSecond(signs, alone))),
          ]),
        },
      ],
    }
  } finally {
    const members = new Set(fleets.flatMap((fleet) => fleet.members))
    for (const member of members) await member.stop()
    await wecom.stop()
    await server.remove()
  }
}
