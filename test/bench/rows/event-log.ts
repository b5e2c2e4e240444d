/** The event log's drivers in process: appends and claims on PostgreSQL against those on a file. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minuteMs, secondMs } from '../../../src/clock'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { createSealing } from '../../../src/store/driver/sealing'
import { openPostgresEventLog } from '../../../src/store/postgres/postgres-event-log'
import { migrate } from '../../../src/store/postgres/schema/migrate'
import { openSqliteEventLog } from '../../../src/store/sqlite/sqlite-event-log'
import { beginReplica } from '../../postgres/live-replica'
import { openTestPool } from '../../postgres/pool'
import { findPostgres, startPostgres } from '../../postgres/server'
import { event } from '../../store/conformance/records'
import { factRule } from '../../store/fact-rule'
import { createRecordingLog } from '../../store/recording-log'
import { median, ratio } from '../medians'
import { alternate, figures } from '../rounds'
import type { Row } from '../row'
import { show } from '../table'

const file = 'SQLite, in its file'
const database = 'PostgreSQL, on the same disk'

interface Contender {
  readonly log: EventLogDriver
  close(): Promise<void>
}

const parts = () => ({
  log: createRecordingLog(),
  sealing: createSealing({ current: randomBytes(32), previous: null }, randomBytes),
  factRule,
})

const onFile = async (): Promise<Contender> => {
  const dir = await mkdtemp(join(tmpdir(), 'suited-bench-'))
  const log = openSqliteEventLog({ ...parts(), path: join(dir, 'events.sqlite') })
  return {
    log,
    close: async () => {
      await log.close()
      await rm(dir, { recursive: true })
    },
  }
}

const onPostgres = async (bin: string): Promise<Contender> => {
  const server = await startPostgres(bin, { durable: true })
  const url = server.urlOf('postgres')
  const pool = openTestPool(url, 8)
  await migrate(pool)
  const owner = await beginReplica(pool)
  const log = openPostgresEventLog({ ...parts(), database: pool, clock: null, owner })
  return {
    log,
    close: async () => {
      await log.close()
      await pool.close()
      await server.remove()
    },
  }
}

/** The size of a usual message. */
const body = `<xml>${'x'.repeat(900)}</xml>`
let appended = 0

const append = (log: EventLogDriver, status: 'done' | 'pending'): Promise<unknown> => {
  appended += 1
  return log.append(event(appended, { receivedAt: Date.now() - secondMs, body, status }))
}

const together = 64
const times = (work: () => Promise<unknown>) => Promise.all(Array.from({ length: together }, work))

/** One turn of each kind of work; how many events it was. */
const works: Readonly<Record<string, (log: EventLogDriver) => Promise<number>>> = {
  'appends, one after another': async (log) => {
    await append(log, 'done')
    return 1
  },
  [`appends, ${together} at once`]: async (log) => {
    await times(() => append(log, 'done'))
    return together
  },
  [`appends, ${together} at once, claimed and settled`]: async (log) => {
    await times(() => append(log, 'pending'))
    const claimed = await log.claim(Date.now(), minuteMs, together)
    await Promise.all(claimed.map(({ id, claim }) => log.settle(id, claim, { status: 'done' })))
    return claimed.length
  },
}

const perSecond = async (seconds: number, turn: () => Promise<number>): Promise<number> => {
  const began = performance.now()
  let events = 0
  while (performance.now() - began < seconds * secondMs) events += await turn()
  return (events * secondMs) / (performance.now() - began)
}

/** Lower than this and it would be worth looking for what is wrong. */
const target = 0.2

export const eventLog: Row = async ({ rounds, seconds, tell }) => {
  const bin = findPostgres()
  if (bin === null) {
    const what = 'events on PostgreSQL against a file'
    const finding = { what, measured: 'there is no PostgreSQL here', target: '', met: null }
    return { findings: [finding], tables: [] }
  }
  const contenders = new Map([
    [file, await onFile()],
    [database, await onPostgres(bin)],
  ])
  try {
    const measured = await alternate([...contenders.keys()], rounds, async (name, round) => {
      const { log } = contenders.get(name)!
      const found: Record<string, number> = {}
      for (const [what, turn] of Object.entries(works)) {
        found[what] = await perSecond(seconds, () => turn(log))
        tell(`event-log, round ${round + 1}, ${name}: ${show(found[what])} ${what} a second`)
      }
      return found
    })
    const of = (name: string, what: string) =>
      figures(measured, name, (found) => found[what] ?? Number.NaN)
    const rows = Object.keys(works).map((what) => ({
      what,
      files: of(file, what),
      rows: of(database, what),
      ratio: ratio(of(database, what), of(file, what)),
    }))
    return {
      findings: rows.map((row) => ({
        what: `${row.what}, on PostgreSQL against a file`,
        measured: show(row.ratio),
        target: `≥ ${target}`,
        met: row.ratio >= target,
      })),
      tables: [
        {
          name: 'event-log',
          head: ['Events', `${file}, a second`, `${database}, a second`, 'Ratio'],
          rows: rows.map((row) => [
            row.what,
            show(median(row.files)),
            show(median(row.rows)),
            show(row.ratio),
          ]),
        },
      ],
    }
  } finally {
    for (const { close } of contenders.values()) await close()
  }
}
