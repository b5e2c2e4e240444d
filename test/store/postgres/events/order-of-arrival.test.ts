import { describe, expect, test } from 'bun:test'
import { freshEvent } from '../../../../src/store/driver/records/event-records'
import type { EventLog } from '../../../../src/store/event-log'
import type { NewEvent } from '../../../../src/store/event-record'
import { addArrivals } from '../../../../src/store/postgres/events/arrival'
import { describeWithTool } from '../../../optional-tool'
import { mayStandStill } from '../../../postgres/patience'
import { findPostgres } from '../../../postgres/server'
import { event } from '../../conformance/records'
import { useLogBench } from './log-bench'

/** Long enough for a statement that isn't held up to be seen. */
const aWhile = () => Bun.sleep(50)

describeWithTool('PostgreSQL', findPostgres, 'the order of arrival', () => {
  const bench = useLogBench()

  const arrivalOf = (given: NewEvent) => ({
    identity: given.identity,
    event: freshEvent(given),
    fact: null,
    mayBeKnown: false,
  })

  const idsAfter = async (log: EventLog, after: string | null) =>
    (await log.listAfter({ after, limit: 1000 }))?.map(({ id }) => id) ?? []

  /** Adds events in a transaction of its own, which stands open until it is told how to end. */
  const addAndWait = async (...events: NewEvent[]) => {
    const added = Promise.withResolvers<void>()
    const end = Promise.withResolvers<'commit' | 'roll back'>()
    const ended = bench.database
      .transaction(async (query) => {
        await mayStandStill(query)
        await addArrivals(query, events.map(arrivalOf))
        added.resolve()
        if ((await end.promise) === 'roll back') throw new Error('rolled back')
      })
      .catch(() => {})
    await added.promise
    return async (how: 'commit' | 'roll back') => {
      end.resolve(how)
      await ended
    }
  }

  describe('while one replica’s events are not yet there to be seen', () => {
    test('another’s come behind them, and none is given out before', async () => {
      const { log } = await bench.open()
      await log.append(event(1))
      const finish = await addAndWait(event(2), event(3))
      const append = log.append(event(4))
      await aWhile()
      expect(await idsAfter(log, null)).toEqual([event(1).id])
      await finish('commit')
      expect(await append).toBe('stored')
      expect(await idsAfter(log, event(1).id)).toEqual([2, 3, 4].map((n) => event(n).id))
    })

    test('another’s are not lost where those are rolled back', async () => {
      const { log } = await bench.open()
      const finish = await addAndWait(event(2))
      const append = log.append(event(4))
      await aWhile()
      await finish('roll back')
      expect(await append).toBe('stored')
      expect(await idsAfter(log, null)).toEqual([event(4).id])
      expect(await log.append(event(2))).toBe('stored')
    })

    test('the same event is a duplicate, or stored where that is rolled back', async () => {
      const { log } = await bench.open()
      const finish = await addAndWait(event(1))
      const again = log.append({ ...event(2), identity: event(1).identity })
      await aWhile()
      await finish('commit')
      expect(await again).toBe('duplicate')
      const takeBack = await addAndWait(event(3))
      const instead = log.append({ ...event(4), identity: event(3).identity })
      await aWhile()
      await takeBack('roll back')
      expect(await instead).toBe('stored')
    })
  })

  test('is the one in which somebody who reads on sees them, with three that append', async () => {
    const replicas = [await bench.open(), await bench.open(), await bench.open()]
    const { log: reader } = await bench.open()
    let appending = true
    const appends = Promise.all(
      replicas.map(async ({ log }, replica) => {
        for (let n = 0; n < 20; n++) {
          const some = Array.from({ length: 5 }, (_, of) => replica * 1000 + n * 10 + of)
          await Promise.all(some.map((number) => log.append(event(number))))
        }
      }),
    ).finally(() => {
      appending = false
    })
    const seen: string[] = []
    while (appending) seen.push(...(await idsAfter(reader, seen.at(-1) ?? null)))
    await appends
    seen.push(...(await idsAfter(reader, seen.at(-1) ?? null)))
    expect(seen).toHaveLength(300)
    expect(seen).toEqual(await idsAfter(reader, null))
  })
})
