import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import type { SuspectedCorp } from '../../../src/store/watch/suspected-corps'
import { type Abilities, type OpenBackend, startMs, useBench } from './bench'
import { corpid, suiteId } from './records'

const suspected = (changes: Partial<SuspectedCorp> = {}): SuspectedCorp => ({
  suiteId,
  corpid,
  since: startMs,
  confirmAt: startMs + 60,
  ...changes,
})

export const suspectedCorpRules = (open: OpenBackend<EventLogDriver>, { twoHandles }: Abilities) =>
  describe('companies that WeCom called gone', () => {
    const bench = useBench(open)
    const due = (now = startMs + 60, limit = 9) => bench.subject.listSuspectedDue(now, limit)

    test('are due for their confirmation as they were noted, after a restart too', async () => {
      expect(await bench.subject.suspectCorp(suspected())).toBe(true)
      expect(await due(startMs + 59)).toEqual([])
      expect(await due()).toEqual([suspected()])
      const again = await bench.reopen()
      expect(await again.listSuspectedDue(startMs + 60, 9)).toEqual([suspected()])
    })

    test('stay as they are when they are noted again', async () => {
      await bench.subject.suspectCorp(suspected())
      expect(await bench.subject.suspectCorp(suspected({ since: startMs + 5 }))).toBe(false)
      expect(await due()).toEqual([suspected()])
      expect(await bench.subject.countSuspected(suiteId)).toBe(1)
    })

    test('come at most so many at once, those due longest first', async () => {
      for (const n of [3, 1, 2]) {
        await bench.subject.suspectCorp(suspected({ corpid: `wp${n}`, confirmAt: startMs + n }))
      }
      expect((await due(startMs + 9, 2)).map((one) => one.corpid)).toEqual(['wp1', 'wp2'])
    })

    test('are due later when their confirmation was put off', async () => {
      await bench.subject.suspectCorp(suspected())
      await bench.subject.confirmSuspectedAt(suiteId, corpid, startMs + 70)
      await bench.subject.confirmSuspectedAt(suiteId, 'wp-unknown', startMs)
      expect(await due(startMs + 69)).toEqual([])
      expect(await due(startMs + 70)).toEqual([suspected({ confirmAt: startMs + 70 })])
    })

    test('that were given up are remembered for as long as it is asked for', async () => {
      await bench.subject.suspectCorp(suspected())
      await bench.subject.giveUpSuspected(suiteId, corpid, startMs + 100)
      await bench.subject.giveUpSuspected(suiteId, 'wp-unknown', startMs + 100)
      expect(await due(startMs + 999)).toEqual([])
      expect(await bench.subject.countSuspected(suiteId)).toBe(0)
      expect(await bench.subject.listGivenUp('wwother', startMs + 200)).toEqual([])
      expect(await bench.subject.listGivenUp(suiteId, startMs + 99)).toEqual([corpid])
      expect(await bench.subject.listGivenUp(suiteId, startMs + 100)).toEqual([])
    })

    test('that were given up can be suspected anew', async () => {
      await bench.subject.suspectCorp(suspected())
      await bench.subject.giveUpSuspected(suiteId, corpid, startMs + 100)
      const again = suspected({ since: startMs + 200, confirmAt: startMs + 260 })
      expect(await bench.subject.suspectCorp(again)).toBe(true)
      expect(await due(startMs + 260)).toEqual([again])
      expect(await bench.subject.listGivenUp(suiteId, startMs)).toEqual([])
    })

    test('are counted and forgotten each by suite and corpid, to the letter', async () => {
      await bench.subject.suspectCorp(suspected())
      await bench.subject.suspectCorp(suspected({ suiteId: 'wwother' }))
      await bench.subject.suspectCorp(suspected({ corpid: corpid.toLowerCase() }))
      await bench.subject.forgetSuspected(suiteId, corpid)
      expect(await bench.subject.countSuspected(suiteId)).toBe(1)
      expect(await bench.subject.countSuspected('wwother')).toBe(1)
    })

    test('raise one alarm for a suite, until that ends', async () => {
      expect(await bench.subject.raiseRevocationAlarm(suiteId, startMs)).toBe(true)
      expect(await bench.subject.raiseRevocationAlarm(suiteId, startMs + 1)).toBe(false)
      const again = await bench.reopen()
      expect(await again.listRevocationAlarms()).toEqual([suiteId])
      expect(await again.endRevocationAlarm(suiteId)).toBe(true)
      expect(await again.endRevocationAlarm(suiteId)).toBe(false)
      expect(await again.listRevocationAlarms()).toEqual([])
    })

    test.if(twoHandles)('are known to every handle, and noted by one of many', async () => {
      const other = await bench.another()
      const noted = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          (n % 2 ? other : bench.subject).suspectCorp(suspected()),
        ),
      )
      expect(noted.filter(Boolean)).toHaveLength(1)
      expect(await other.listSuspectedDue(startMs + 60, 9)).toEqual([suspected()])
      const raised = await Promise.all(
        [bench.subject, other].map((log) => log.raiseRevocationAlarm(suiteId, startMs)),
      )
      expect(raised.filter(Boolean)).toHaveLength(1)
    })
  })

export const sharedWorkRules = (open: OpenBackend<EventLogDriver>) =>
  describe('work that is done once for all', () => {
    const bench = useBench(open)

    test('was last done when it was noted last, after a restart too, each kind by itself', async () => {
      expect(await bench.subject.lastDoneAt('purge')).toBeNull()
      await bench.subject.noteDone('purge', startMs + 5)
      await bench.subject.noteDone('purge', startMs)
      await bench.subject.noteDone('backup', startMs + 9)
      const again = await bench.reopen()
      expect(await again.lastDoneAt('purge')).toBe(startMs)
      expect(await again.lastDoneAt('backup')).toBe(startMs + 9)
      expect(await again.lastDoneAt('erasure')).toBeNull()
    })
  })
