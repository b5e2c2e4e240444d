/** Companies as rows: each written as one step, whoever else writes it. */
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import { checkedId } from '../../driver/id'
import type { KeyedQueue } from '../../driver/keyed-queue'
import { leaseLost } from '../../driver/leases'
import { type CorpChange, changedCorp, dropsCode } from '../../driver/records/corp-writes'
import { corpKind } from '../../driver/records/record-kinds'
import type { Lease } from '../../lease'
import type { ChangedCorp, CorpRecord, Store } from '../../store'
import type { Database, Query } from '../connection/database'
import { moment, momentOf, ownerLives } from '../connection/moment'
import { corpValues, insertCorp, isNews, updateCorp } from './corp-statements'
import { type News, tellNews } from './news'
import type { Records } from './records'

interface CorpRow {
  readonly record: string
  readonly version: number
}

const load = `
SELECT record, version::float8 AS version FROM corps WHERE suite_id = $1 AND corpid = $2`
const loadAndLock = `${load} FOR UPDATE`

const remove = `
WITH written AS (DELETE FROM corps WHERE suite_id = $1 AND corpid = $2 RETURNING 1),
told AS (${tellNews('written', { at: moment(3), by: '$4', what: '$5' })})
SELECT 1 FROM written`

const removeTokens = 'DELETE FROM tokens WHERE suite_id = $1 AND corpid = $2'

const isHeld = `
SELECT 1 FROM leases WHERE name = $1 AND fence = $2::bigint AND expires_at > ${moment(3)}
  AND ${ownerLives('owner', moment(3))}`

/** One change of one company. */
interface Task {
  readonly suiteId: string
  readonly corpid: string
  readonly change: CorpChange
  readonly under: Lease | null
}

/** Of writers in other processes each may come in between once; after that nobody can. */
const triesWithoutLock = 8
const mostTries = 12

/** Throws what whoever looks a company up would meet. */
export const assertCorpsFit = async (query: Query, withinMs?: number): Promise<void> => {
  await query(load, ['', ''], withinMs === undefined ? {} : { withinMs })
}

/** @param parts.clock null: the database's own */
export const createCorpRows = (parts: {
  database: Database
  clock: Clock | null
  records: Records
  news: News
  /** Within this process a company's changes are made in the order in which they came. */
  queue: KeyedQueue
}): Pick<Store, 'loadCorp' | 'changeCorp' | 'removeCorp'> => {
  const { database, clock, records, news, queue } = parts
  const placeOf = (suiteId: string, corpid: string) => `corps/${suiteId}/${corpid}`

  const open = (suiteId: string, corpid: string, { record }: CorpRow): CorpRecord =>
    records.open(corpKind(suiteId, corpid), placeOf(suiteId, corpid), record)

  const newsOf = (suiteId: string, corpid: string, isTold: boolean) =>
    news.of(isTold ? { what: 'corp', suiteId, corpid } : null)

  /** False: another one wrote it since `row` was read, or the lease was lost. */
  const write = async (
    query: Query,
    row: CorpRow | null,
    before: CorpRecord | null,
    after: CorpRecord,
    under: Lease | null,
  ): Promise<boolean> => {
    const { suiteId, corpid } = after
    const sealed = records.seal(corpKind(suiteId, corpid), after)
    const told = newsOf(suiteId, corpid, isNews(before, after))
    const values = corpValues(after, told, sealed, under)
    const wrote = row
      ? await query(updateCorp, [...values, row.version])
      : await query(insertCorp, values)
    if (wrote.length === 0) return false
    // A statement of its own: as a part of the one before it would not see a token that was saved
    // while that one waited for its lock.
    if (dropsCode(before, after)) await query(removeTokens, [suiteId, corpid])
    return true
  }

  /** Null: another one wrote it in between, or the lease was lost. */
  const changeWithoutLock = async (task: Task): Promise<ChangedCorp | null> => {
    const { suiteId, corpid, change, under } = task
    const [row = null] = await database.query<CorpRow>(load, [suiteId, corpid])
    const before = row && open(suiteId, corpid, row)
    const after = changedCorp(suiteId, corpid, before, change)
    if (after === null) return { before, after: structuredClone(before) }
    const wrote = dropsCode(before, after)
      ? await database.transaction((query) => write(query, row, before, after, under))
      : await write(database.query, row, before, after, under)
    return wrote ? { before, after } : null
  }

  /** Likewise; it is written in between only if it is a new one. */
  const changeUnderLock = ({ suiteId, corpid, change, under }: Task) =>
    database.transaction(async (query): Promise<ChangedCorp | null> => {
      const [row = null] = await query<CorpRow>(loadAndLock, [suiteId, corpid])
      const before = row && open(suiteId, corpid, row)
      const after = changedCorp(suiteId, corpid, before, change)
      if (after === null) return { before, after: structuredClone(before) }
      return (await write(query, row, before, after, under)) ? { before, after } : null
    })

  const assertHeld = async ({ name, fence }: Lease) => {
    const held = await database.query(isHeld, [name, fence, momentOf(clock)])
    if (held.length === 0) throw leaseLost(name)
  }

  const change = async (task: Task): Promise<ChangedCorp> => {
    for (let tries = 0; tries < mostTries; tries++) {
      const attempt = tries < triesWithoutLock ? changeWithoutLock : changeUnderLock
      const changed = await attempt(task)
      if (changed) return changed
      if (task.under) await assertHeld(task.under)
    }
    throw new ServiceError('store_unavailable', 'Too many change this company at once: try again.')
  }

  return {
    async loadCorp(suiteId, corpid) {
      const ids = [checkedId(suiteId), checkedId(corpid)]
      const [row] = await database.query<CorpRow>(load, ids)
      return row ? open(suiteId, corpid, row) : null
    },

    async changeCorp(suiteId, corpid, changeOf, under) {
      const task = {
        suiteId: checkedId(suiteId),
        corpid: checkedId(corpid),
        change: changeOf,
        under: under ?? null,
      }
      return queue.run(placeOf(suiteId, corpid), () => change(task))
    },

    async removeCorp(suiteId, corpid, isGone) {
      const ids = [checkedId(suiteId), checkedId(corpid)]
      const place = placeOf(suiteId, corpid)
      return queue.run(place, () =>
        database.transaction(async (query) => {
          const [row] = await query<CorpRow>(loadAndLock, ids)
          if (!row || !isGone(open(suiteId, corpid, row))) return false
          await query(remove, [...ids, ...newsOf(suiteId, corpid, true)])
          await query(removeTokens, ids)
          records.forget(place)
          return true
        }),
      )
    },
  }
}
