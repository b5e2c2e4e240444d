/**
 * What a soak leaves in the folder: how large, and whether all that was answered is in it, once.
 */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { eventIdentity } from '../../src/events/event-identity'
import { factRule } from '../../src/events/fact-rule'
import { openSqliteEventLog } from '../../src/store/sqlite/sqlite-event-log'
import type { Town } from '../crash/town'

export interface Sizes {
  /** The documents of suites and companies, and how many files they are. */
  readonly documentBytes: number
  readonly documents: number
  readonly eventBytes: number
  /** What SQLite has not yet moved into the log itself. */
  readonly walBytes: number
}

export const sizesOf = async (dataDir: string): Promise<Sizes> => {
  const sizes = { documentBytes: 0, documents: 0, eventBytes: 0, walBytes: 0 }
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    // A file that is written anew may be gone before it is looked at.
    const file = await stat(join(entry.parentPath, entry.name)).catch(() => null)
    if (file === null) continue
    if (entry.name === 'events.sqlite') sizes.eventBytes += file.size
    else if (entry.name.endsWith('-wal')) sizes.walBytes += file.size
    else if (entry.name.endsWith('.json')) {
      sizes.documentBytes += file.size
      sizes.documents += 1
    }
  }
  return sizes
}

export interface Kept {
  /** Events of WeCom's in the log. */
  readonly events: number
  readonly lost: readonly string[]
  readonly twice: readonly string[]
}

const everything = 10_000_000
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** Judges the event log of a service that has ended against what it answered for. */
export const keptOf = async ({ ledger, suite }: Town, dataDir: string): Promise<Kept> => {
  const eventLog = openSqliteEventLog({
    factRule,
    path: join(dataDir, 'events.sqlite'),
    log: quiet,
  })
  const all = (await eventLog.list({ limit: everything })).items
  await eventLog.close()
  const arrived = all.filter(({ source }) => source !== 'suited')
  // Of a company that left only the event itself stays, its body is emptied.
  const emptied = arrived.filter(({ body }) => body === '').length
  const found = new Map<string, number>()
  for (const { body } of arrived) {
    if (body === '') continue
    const identity = eventIdentity(suite.suiteId, body)
    found.set(identity, (found.get(identity) ?? 0) + 1)
  }
  const missing = [...ledger.messages.values()].filter(
    ({ acknowledged, identity }) => acknowledged && !found.has(identity),
  )
  return {
    events: arrived.length,
    lost:
      missing.length <= emptied ? [] : missing.map(({ type, identity }) => `${type} ${identity}`),
    twice: [...found].flatMap(([identity, times]) => (times > 1 ? [identity] : [])),
  }
}
