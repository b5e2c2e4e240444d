import { describe, expect, test } from 'bun:test'
import type { Store } from '../../../src/store/store'
import { codeOf, type OpenBackend, useBench } from './bench'
import { corp, corpid, corpToken, saveInTurn, suiteId, token } from './records'

export const corpRules = (open: OpenBackend<Store>) =>
  describe('companies', () => {
    const bench = useBench(open)

    test('a company that was never seen is null', async () => {
      expect(await bench.subject.loadCorp(suiteId, corpid)).toBeNull()
    })

    test('a change of an unknown company starts from null and is kept', async () => {
      const given: unknown[] = []
      const changed = await bench.subject.changeCorp(suiteId, corpid, (current) => {
        given.push(current)
        return corp()
      })
      expect(given).toEqual([null])
      expect(changed).toEqual({ before: null, after: corp() })
      expect(await bench.subject.loadCorp(suiteId, corpid)).toEqual(corp())
    })

    test('a change starts from the record that stands', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      const changed = await bench.subject.changeCorp(
        suiteId,
        corpid,
        (current) => current && { ...current, name: `${current.name}!` },
      )
      expect(changed).toEqual({ before: corp(), after: corp({ name: `${corp().name}!` }) })
      expect(await bench.subject.loadCorp(suiteId, corpid)).toEqual(
        corp({ name: `${corp().name}!` }),
      )
    })

    test('a change that returns null leaves everything as it was', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      expect(await bench.subject.changeCorp(suiteId, corpid, () => null)).toEqual({
        before: corp(),
        after: corp(),
      })
      expect(await bench.subject.loadCorp(suiteId, corpid)).toEqual(corp())
      expect(await bench.subject.changeCorp(suiteId, 'unknown', () => null)).toEqual({
        before: null,
        after: null,
      })
      expect(await bench.subject.loadCorp(suiteId, 'unknown')).toBeNull()
    })

    test('a company that is removed is in no list, search or count any more, nor are its tokens', async () => {
      const record = corp({ openCorpid: 'woOther', installEventId: 'event-1' })
      await bench.subject.changeCorp(suiteId, corpid, () => record)
      const given: unknown[] = []
      const removed = await bench.subject.removeCorp(suiteId, corpid, (current) => {
        given.push(current)
        return true
      })
      expect(removed).toBe(true)
      expect(given).toEqual([record])
      expect(await bench.subject.loadCorp(suiteId, corpid)).toBeNull()
      expect(await bench.subject.loadToken(corpToken)).toBeNull()
      expect(await bench.subject.takeTokenTurn(corpToken, 1000)).toBeNull()
      expect((await bench.subject.listCorps({ limit: 10 })).items).toEqual([])
      expect((await bench.subject.listCorpIds()).items).toEqual([])
      expect(await bench.subject.suitesOfCorp(corpid)).toEqual([])
      expect(await bench.subject.corpidOfOpenCorpid(suiteId, 'woOther')).toBeNull()
      expect(await bench.subject.findCorpByInstallEvent(suiteId, 'event-1')).toBeNull()
    })

    test('the tokens of a company that is removed do not come back with it', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      await saveInTurn(bench.subject, corpToken, token(), 0)
      await bench.subject.removeCorp(suiteId, corpid, () => true)
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      expect(await bench.subject.loadToken(corpToken)).toBeNull()
    })

    test('a company is removed only if what stands is gone; an unknown one never', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      expect(await bench.subject.removeCorp(suiteId, corpid, () => false)).toBe(false)
      expect(await bench.subject.loadCorp(suiteId, corpid)).toEqual(corp())
      expect(await bench.subject.removeCorp(suiteId, 'unknown', () => true)).toBe(false)
    })

    test('a change that throws leaves everything as it was', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      const failing = bench.subject.changeCorp(suiteId, corpid, () => {
        throw new RangeError('no')
      })
      await expect(failing).rejects.toBeInstanceOf(RangeError)
      expect(await bench.subject.loadCorp(suiteId, corpid)).toEqual(corp())
    })

    test('concurrent changes of one company are all applied', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp({ agentid: 0 }))
      await Promise.all(
        Array.from({ length: 40 }, () =>
          bench.subject.changeCorp(
            suiteId,
            corpid,
            (current) => current && { ...current, agentid: (current.agentid ?? 0) + 1 },
          ),
        ),
      )
      expect((await bench.subject.loadCorp(suiteId, corpid))?.agentid).toBe(40)
    })

    test('a change that fails does not hold up the next one', async () => {
      const failing = bench.subject.changeCorp(suiteId, corpid, () => {
        throw new RangeError('no')
      })
      const working = bench.subject.changeCorp(suiteId, corpid, () => corp())
      await failing.catch(() => {})
      expect((await working).after).toEqual(corp())
    })

    test('a company in two suites has two records', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      await bench.subject.changeCorp('wwother', corpid, () =>
        corp({ suiteId: 'wwother', name: 'other', permanentCode: 'permanent-code-2' }),
      )
      expect(await bench.subject.loadCorp(suiteId, corpid)).toEqual(corp())
      expect((await bench.subject.loadCorp('wwother', corpid))?.name).toBe('other')
    })

    test('corpids that differ only in case are two companies', async () => {
      for (const id of ['wpAbC', 'wpabc', 'WPABC']) {
        await bench.subject.changeCorp(suiteId, id, () => corp({ corpid: id, name: id }))
      }
      for (const id of ['wpAbC', 'wpabc', 'WPABC']) {
        expect((await bench.subject.loadCorp(suiteId, id))?.name).toBe(id)
      }
      expect(await bench.subject.loadCorp(suiteId, 'wpABC')).toBeNull()
    })

    test('changing a record that was handed out changes nothing', async () => {
      const given = corp()
      const changed = await bench.subject.changeCorp(suiteId, corpid, () => given)
      const loaded = await bench.subject.loadCorp(suiteId, corpid)
      for (const record of [given, changed.before, changed.after, loaded])
        Object.assign(record ?? {}, { name: 'x' })
      await bench.subject.changeCorp(suiteId, corpid, (current) => {
        Object.assign(current ?? {}, { name: 'x' })
        return null
      })
      expect(await bench.subject.loadCorp(suiteId, corpid)).toEqual(corp())
    })

    test('a record that fits no schema or is another company’s is refused', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      const wrong = [
        corp({ statusAt: -1 }),
        corp({ authInfo: undefined }),
        corp({ suiteId: 'wwother' }),
        corp({ corpid: 'wpother' }),
      ]
      for (const record of wrong) {
        await expect(
          bench.subject.changeCorp(suiteId, corpid, () => record),
        ).rejects.toBeInstanceOf(Error)
      }
      expect(await bench.subject.loadCorp(suiteId, corpid)).toEqual(corp())
    })

    test('a company is found by the event that installed it, in its suite alone', async () => {
      const { subject } = bench
      await subject.changeCorp(suiteId, corpid, () => corp())
      await subject.changeCorp(suiteId, 'wpother', () =>
        corp({ corpid: 'wpother', installEventId: null }),
      )
      expect(await subject.findCorpByInstallEvent(suiteId, 'event-1')).toEqual(corp())
      expect(await subject.findCorpByInstallEvent(suiteId, 'event-2')).toBeNull()
      expect(await subject.findCorpByInstallEvent('wwother', 'event-1')).toBeNull()
    })

    test('a later install is found by its own event and no more by the first', async () => {
      const { subject } = bench
      await subject.changeCorp(suiteId, corpid, () => corp())
      const again = corp({ installEventId: 'event-2', permanentCode: 'permanent-code-2' })
      await subject.changeCorp(suiteId, corpid, () => again)
      expect(await subject.findCorpByInstallEvent(suiteId, 'event-1')).toBeNull()
      expect(await subject.findCorpByInstallEvent(suiteId, 'event-2')).toEqual(again)
    })

    test('a company is found by its other id too, exactly and in its own suite', async () => {
      const { subject } = bench
      await subject.changeCorp(suiteId, corpid, () => corp({ openCorpid: 'wpOpenA' }))
      await subject.changeCorp(suiteId, 'wpsame', () =>
        corp({ corpid: 'wpsame', openCorpid: 'wpsame' }),
      )
      expect(await subject.corpidOfOpenCorpid(suiteId, 'wpOpenA')).toBe(corpid)
      expect(await subject.corpidOfOpenCorpid(suiteId, 'wpopena')).toBeNull()
      expect(await subject.corpidOfOpenCorpid('wwother', 'wpOpenA')).toBeNull()
      expect(await subject.corpidOfOpenCorpid(suiteId, 'wpUnknown')).toBeNull()
      await subject.changeCorp(
        suiteId,
        corpid,
        (record) => record && { ...record, openCorpid: corpid },
      )
      expect(await subject.corpidOfOpenCorpid(suiteId, 'wpOpenA')).toBeNull()
      expect(await subject.corpidOfOpenCorpid(suiteId, corpid)).toBeNull()
    })

    test.each([
      ['goes', null, null],
      ['is replaced', 'permanent-code-2', null],
      ['stays', 'permanent-code-1', token()],
    ])('when the permanent code %s, the tokens stand as they should', async (_, code, left) => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      await saveInTurn(bench.subject, corpToken, token(), 0)
      await bench.subject.changeCorp(suiteId, corpid, () =>
        corp({ name: 'changed', permanentCode: code }),
      )
      expect(await bench.subject.loadToken(corpToken)).toEqual(left)
      expect((await bench.subject.loadCorp(suiteId, corpid))?.permanentCode).toBe(code)
    })

    test('an id of 128 small or 64 capital letters is an id', async () => {
      for (const id of ['x'.repeat(128), 'X'.repeat(64)]) {
        await bench.subject.changeCorp(suiteId, id, () => corp({ corpid: id }))
        expect(await bench.subject.loadCorp(suiteId, id)).toEqual(corp({ corpid: id }))
      }
    })

    test.each(['', '..', '../x', 'a.b', 'x'.repeat(129)])('%j is no corpid', async (id) => {
      const change = bench.subject.changeCorp(suiteId, id, () => corp({ corpid: id }))
      expect(await codeOf(change)).toBe('invalid_request')
      expect(await codeOf(bench.subject.loadCorp(suiteId, id))).toBe('invalid_request')
      expect(await codeOf(bench.subject.suitesOfCorp(id))).toBe('invalid_request')
    })
  })
