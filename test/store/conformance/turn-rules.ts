import { beforeEach, describe, expect, test } from 'bun:test'
import type { Lease } from '../../../src/store/lease'
import type { Store } from '../../../src/store/store'
import type { TokenKey } from '../../../src/store/token-record'
import { type Abilities, codeOf, type OpenBackend, useBench } from './bench'
import { corp, corpid, corpToken, refusal, saveInTurn, suiteId, suiteToken, token } from './records'

export const turnRules = (open: OpenBackend<Store>, { twoHandles }: Abilities) =>
  describe('turns to replace a token', () => {
    const bench = useBench(open)

    beforeEach(async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
    })

    const take = (key: TokenKey, store = bench.subject) => store.takeTokenTurn(key, 1000)

    const turnOf = async (key: TokenKey, store = bench.subject): Promise<Lease> => {
      const turn = (await take(key, store))?.turn
      if (!turn) throw new Error('the turn was not to be had')
      return turn
    }

    test.each([
      ['of a suite', suiteToken],
      ['of a company', corpToken],
    ])('the turn for a token %s is one’s alone', async (_, key) => {
      expect(await take(key)).toEqual({ stored: null, refusal: null, turn: expect.anything() })
      expect(await take(key)).toEqual({ stored: null, refusal: null, turn: null })
    })

    test('of many that ask for a turn at once one gets it', async () => {
      const taken = await Promise.all(Array.from({ length: 10 }, () => take(corpToken)))
      expect(taken.filter((one) => one?.turn)).toHaveLength(1)
    })

    test('a turn comes with the token that stands, also to who does not get it', async () => {
      await saveInTurn(bench.subject, corpToken, token(), 0)
      expect((await take(corpToken))?.stored).toEqual(token())
      expect(await take(corpToken)).toEqual({ stored: token(), refusal: null, turn: null })
    })

    test('turns for other tokens, and leases of any name, do not concern each other', async () => {
      await turnOf(corpToken)
      await turnOf({ ...corpToken, kind: 'jsapi_ticket' })
      await turnOf(suiteToken)
      const name = `${suiteId} ${corpid} access_token`
      expect(await bench.subject.acquireLease(name, 1000)).not.toBeNull()
    })

    test('a turn that was given back or ran out is free', async () => {
      await (await turnOf(corpToken)).release()
      const first = await turnOf(corpToken)
      await bench.clock.advance(999)
      expect((await take(corpToken))?.turn).toBeNull()
      await bench.clock.advance(1)
      const second = await turnOf(corpToken)
      expect(second.fence).toBeGreaterThan(first.fence)
    })

    test('the numbers of turns and leases grow together', async () => {
      const lease = await bench.subject.acquireLease('backup', 1000)
      const turn = await turnOf(corpToken)
      const later = await bench.subject.acquireLease('other', 1000)
      expect(turn.fence).toBeGreaterThan(lease!.fence)
      expect(later!.fence).toBeGreaterThan(turn.fence)
    })

    test('a turn that was extended lasts as long as that says', async () => {
      const turn = await turnOf(corpToken)
      await bench.clock.advance(999)
      expect(await turn.extend(1000)).toBe(true)
      await bench.clock.advance(999)
      expect((await take(corpToken))?.turn).toBeNull()
      await bench.clock.advance(1)
      expect(await turn.extend(1000)).toBe(false)
      await turnOf(corpToken)
    })

    test('a company without permanent code, or unknown, has no turns', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp({ permanentCode: null }))
      expect(await take(corpToken)).toBeNull()
      expect(await take({ ...corpToken, corpid: 'unknown' })).toBeNull()
    })

    test('an id that is none has no turn', async () => {
      expect(await codeOf(take({ ...suiteToken, suiteId: '../x' }))).toBe('invalid_request')
      expect(await codeOf(take({ ...corpToken, corpid: '../x' }))).toBe('invalid_request')
    })

    describe('saving', () => {
      test('ends the turn, whether the token was saved or superseded', async () => {
        expect(await saveInTurn(bench.subject, corpToken, token(), 0)).toBe('saved')
        expect(await saveInTurn(bench.subject, corpToken, token(), 0)).toBe('superseded')
        await turnOf(corpToken)
      })

      test('under a turn that was ended or given back is superseded', async () => {
        const used = await turnOf(corpToken)
        await bench.subject.saveToken(corpToken, token(), 0, used)
        const second = token({ generation: 2, value: 'token-2' })
        expect(await bench.subject.saveToken(corpToken, second, 1, used)).toBe('superseded')
        const released = await turnOf(corpToken)
        await released.release()
        expect(await bench.subject.saveToken(corpToken, second, 1, released)).toBe('superseded')
        expect(await bench.subject.loadToken(corpToken)).toEqual(token())
      })

      test('under a turn that another one has by now is superseded, and leaves that one its turn', async () => {
        const lost = await turnOf(corpToken)
        await bench.clock.advance(1000)
        const turn = await turnOf(corpToken)
        expect(await bench.subject.saveToken(corpToken, token(), 0, lost)).toBe('superseded')
        await lost.release()
        expect((await take(corpToken))?.turn).toBeNull()
        expect(await bench.subject.saveToken(corpToken, token(), 0, turn)).toBe('saved')
      })

      test('under the turn for another token is superseded', async () => {
        const turn = await turnOf(suiteToken)
        expect(await bench.subject.saveToken(corpToken, token(), 0, turn)).toBe('superseded')
      })

      test('under a turn that ran out counts while nobody took the next one', async () => {
        const turn = await turnOf(corpToken)
        await bench.clock.advance(5000)
        expect(await bench.subject.saveToken(corpToken, token(), 0, turn)).toBe('saved')
      })

      test('is superseded when the company’s code went since the turn was taken', async () => {
        const turn = await turnOf(corpToken)
        await bench.subject.changeCorp(suiteId, corpid, () => corp({ permanentCode: null }))
        expect(await bench.subject.saveToken(corpToken, token(), 0, turn)).toBe('superseded')
        expect(await bench.subject.loadToken(corpToken)).toBeNull()
      })

      test('is superseded when the company left and came back since, or its code was replaced', async () => {
        for (const between of [null, 'permanent-code-2']) {
          const turn = await turnOf(corpToken)
          await bench.subject.changeCorp(suiteId, corpid, () => corp({ permanentCode: between }))
          await bench.subject.changeCorp(suiteId, corpid, () => corp())
          expect(await bench.subject.saveToken(corpToken, token(), 0, turn)).toBe('superseded')
          expect(await bench.subject.loadToken(corpToken)).toBeNull()
        }
      })

      test('stands up to a change of the company that leaves its code', async () => {
        const turn = await turnOf(corpToken)
        await bench.subject.changeCorp(suiteId, corpid, () => corp({ name: 'renamed' }))
        expect(await bench.subject.saveToken(corpToken, token(), 0, turn)).toBe('saved')
      })
    })

    describe('a refusal', () => {
      const note = async (key: TokenKey, record = refusal()) =>
        bench.subject.noteRefusal(key, record, await turnOf(key))

      test.each([
        ['a suite', suiteToken],
        ['a company', corpToken],
      ])('of %s comes with the next turn, and ends the one it was noted under', async (_, key) => {
        await note(key)
        expect(await take(key)).toEqual({
          stored: null,
          refusal: refusal(),
          turn: expect.anything(),
        })
      })

      test('leaves the token that stands, and the refusals of others', async () => {
        await saveInTurn(bench.subject, corpToken, token(), 0)
        await note(corpToken, refusal({ holdOffUntil: 5, errmsg: null, wrongSecretAt: [1, 2] }))
        await note({ ...corpToken, kind: 'jsapi_ticket' })
        expect(await bench.subject.loadToken(corpToken)).toEqual(token())
        expect((await take(corpToken))?.refusal).toEqual(
          refusal({ holdOffUntil: 5, errmsg: null, wrongSecretAt: [1, 2] }),
        )
      })

      test('is forgotten when a token is saved, and when none is noted', async () => {
        await note(corpToken)
        await saveInTurn(bench.subject, corpToken, token(), 0)
        const turn = await turnOf(corpToken)
        await bench.subject.noteRefusal(corpToken, refusal(), turn)
        await bench.subject.noteRefusal(corpToken, null, await turnOf(corpToken))
        expect((await take(corpToken))?.refusal).toBeNull()
      })

      test('under a turn that was lost is not noted, and takes nobody’s turn', async () => {
        const lost = await turnOf(corpToken)
        await bench.clock.advance(1000)
        const turn = await turnOf(corpToken)
        await bench.subject.noteRefusal(corpToken, refusal(), lost)
        expect(await take(corpToken)).toEqual({ stored: null, refusal: null, turn: null })
        expect(await bench.subject.saveToken(corpToken, token(), 0, turn)).toBe('saved')
      })

      test('goes with the code of its company', async () => {
        await note(corpToken)
        await bench.subject.changeCorp(suiteId, corpid, () => corp({ permanentCode: 'new' }))
        expect((await take(corpToken))?.refusal).toBeNull()
      })

      test('outlives the handle that noted it', async () => {
        await note(corpToken)
        const store = await bench.reopen()
        expect((await take(corpToken, store))?.refusal).toEqual(refusal())
      })

      test('that fits no schema is not written', async () => {
        const turn = await turnOf(corpToken)
        const noting = bench.subject.noteRefusal(corpToken, refusal({ refusedAt: 0.5 }), turn)
        await expect(noting).rejects.toBeInstanceOf(Error)
        expect((await take(corpToken))?.refusal).toBeNull()
      })
    })

    describe('a token that was reported dead', () => {
      test('ends in its own place, without a turn, and its successor may come', async () => {
        await saveInTurn(bench.subject, corpToken, token(), 0)
        const turn = await turnOf(corpToken)
        await bench.subject.endToken(corpToken, token())
        expect(await bench.subject.loadToken(corpToken)).toEqual(token({ expiresAt: 0 }))
        const second = token({ value: 'token-2', generation: 2 })
        expect(await bench.subject.saveToken(corpToken, second, 1, turn)).toBe('saved')
      })

      test('ends nothing where another one stands, or none', async () => {
        await bench.subject.endToken(corpToken, token())
        expect(await bench.subject.loadToken(corpToken)).toBeNull()
        await saveInTurn(bench.subject, corpToken, token(), 0)
        await bench.subject.endToken(corpToken, token({ value: 'of the former code' }))
        await bench.subject.endToken(corpToken, token({ generation: 2 }))
        expect(await bench.subject.loadToken(corpToken)).toEqual(token())
      })
    })

    test.if(twoHandles)('a turn taken through one handle is refused to the other', async () => {
      const other = await bench.another()
      const turn = await turnOf(corpToken)
      expect((await take(corpToken, other))?.turn).toBeNull()
      await bench.clock.advance(1000)
      const taken = await turnOf(corpToken, other)
      expect(taken.fence).toBeGreaterThan(turn.fence)
      expect(await turn.extend(1000)).toBe(false)
      await turn.release()
      expect((await take(corpToken))?.turn).toBeNull()
      expect(await bench.subject.saveToken(corpToken, token(), 0, turn)).toBe('superseded')
      expect(await other.saveToken(corpToken, token(), 0, taken)).toBe('saved')
    })

    test.if(twoHandles)('a change through one handle ends a turn of the other', async () => {
      const other = await bench.another()
      const turn = await turnOf(corpToken)
      await other.changeCorp(suiteId, corpid, () => corp({ permanentCode: null }))
      await other.changeCorp(suiteId, corpid, () => corp())
      expect(await bench.subject.saveToken(corpToken, token(), 0, turn)).toBe('superseded')
    })
  })
