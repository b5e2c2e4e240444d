import { beforeEach, describe, expect, test } from 'bun:test'
import type { Store } from '../../../src/store/store'
import { codeOf, type OpenBackend, useBench } from './bench'
import { corp, corpid, corpToken, saveInTurn, suiteId, suiteToken, token } from './records'

export const tokenRules = (open: OpenBackend<Store>) =>
  describe('tokens', () => {
    const bench = useBench(open)

    beforeEach(async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
    })

    test.each([
      ['of a suite', suiteToken],
      ['of a company', corpToken],
    ])('a token %s is kept', async (_, key) => {
      expect(await bench.subject.loadToken(key)).toBeNull()
      expect(await saveInTurn(bench.subject, key, token(), 0)).toBe('saved')
      expect(await bench.subject.loadToken(key)).toEqual(token())
    })

    test('tokens of other kinds, companies and suites are other tokens', async () => {
      await saveInTurn(bench.subject, corpToken, token(), 0)
      const others = [
        { ...corpToken, kind: 'jsapi_ticket' as const },
        { ...suiteToken, kind: 'suite_access_token' as const },
        { ...corpToken, corpid: corpid.toLowerCase() },
        { ...corpToken, suiteId: 'wwother' },
      ]
      for (const key of others) expect(await bench.subject.loadToken(key)).toBeNull()
    })

    test('a company’s tokens of all kinds stand side by side', async () => {
      const kinds = ['access_token', 'jsapi_ticket', 'agent_ticket'] as const
      await Promise.all(
        kinds.map((kind) =>
          saveInTurn(bench.subject, { ...corpToken, kind }, token({ value: kind }), 0),
        ),
      )
      for (const kind of kinds) {
        expect((await bench.subject.loadToken({ ...corpToken, kind }))?.value).toBe(kind)
      }
    })

    test('a token takes the place of the generation that it names', async () => {
      const second = token({ value: 'token-2', generation: 2 })
      await saveInTurn(bench.subject, corpToken, token(), 0)
      expect(await saveInTurn(bench.subject, corpToken, second, 1)).toBe('saved')
      expect(await bench.subject.loadToken(corpToken)).toEqual(second)
    })

    test.each([
      ['none, but one stands there', 0],
      ['one that has been replaced', 1],
      ['one that never was', 3],
    ])('a token that replaces %s is superseded', async (_, replaces) => {
      const stored = token({ value: 'token-2', generation: 2 })
      await saveInTurn(bench.subject, corpToken, token(), 0)
      await saveInTurn(bench.subject, corpToken, stored, 1)
      const late = token({ value: 'late', generation: replaces + 1 })
      expect(await saveInTurn(bench.subject, corpToken, late, replaces)).toBe('superseded')
      expect(await bench.subject.loadToken(corpToken)).toEqual(stored)
    })

    test('of several tokens for the same place exactly one is saved', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          saveInTurn(bench.subject, corpToken, token({ value: `token-${n}` }), 0),
        ),
      )
      expect(answers.filter((answer) => answer === 'saved')).toHaveLength(1)
      const winner = answers.indexOf('saved')
      expect((await bench.subject.loadToken(corpToken))?.value).toBe(`token-${winner}`)
    })

    test('a company without permanent code gets no token', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp({ permanentCode: null }))
      expect(await saveInTurn(bench.subject, corpToken, token(), 0)).toBe('superseded')
      const unknown = { ...corpToken, corpid: 'unknown' }
      expect(await saveInTurn(bench.subject, unknown, token(), 0)).toBe('superseded')
      expect(await bench.subject.loadToken(corpToken)).toBeNull()
      expect(await bench.subject.loadToken(unknown)).toBeNull()
    })

    test('a suite needs no company to have a token', async () => {
      const key = { ...suiteToken, suiteId: 'wwother' }
      expect(await saveInTurn(bench.subject, key, token(), 0)).toBe('saved')
    })

    test('the tokens of other companies and of the suite survive a cancellation', async () => {
      const other = { ...corpToken, corpid: 'wpother' }
      await bench.subject.changeCorp(suiteId, 'wpother', () => corp({ corpid: 'wpother' }))
      await saveInTurn(bench.subject, other, token(), 0)
      await saveInTurn(bench.subject, suiteToken, token(), 0)
      await bench.subject.changeCorp(suiteId, corpid, () => corp({ permanentCode: null }))
      expect(await bench.subject.loadToken(other)).toEqual(token())
      expect(await bench.subject.loadToken(suiteToken)).toEqual(token())
    })

    test('changing a token that was handed in or out changes nothing', async () => {
      const given = token()
      await saveInTurn(bench.subject, corpToken, given, 0)
      const loaded = await bench.subject.loadToken(corpToken)
      for (const record of [given, loaded]) Object.assign(record ?? {}, { value: 'x' })
      expect(await bench.subject.loadToken(corpToken)).toEqual(token())
    })

    test('a token that fits no schema is refused and changes nothing', async () => {
      await saveInTurn(bench.subject, corpToken, token(), 0)
      for (const wrong of [{ value: '' }, { expiresAt: 0.5 }, { generation: 0 }]) {
        const saving = saveInTurn(bench.subject, corpToken, token(wrong), 1)
        await expect(saving).rejects.toBeInstanceOf(Error)
      }
      expect(await bench.subject.loadToken(corpToken)).toEqual(token())
    })

    test('an id that is none has no token', async () => {
      const wrong = [
        { ...suiteToken, suiteId: '../x' },
        { ...corpToken, corpid: '../x' },
      ]
      for (const key of wrong) {
        expect(await codeOf(bench.subject.loadToken(key))).toBe('invalid_request')
        expect(await codeOf(saveInTurn(bench.subject, key, token(), 0))).toBe('invalid_request')
      }
    })
  })
