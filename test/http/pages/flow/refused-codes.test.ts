/** How many codes one address may have WeCom asked about at once. */
import { expect, test } from 'bun:test'
import { createRefusedCodes, mostCodesAtOnce } from '../../../../src/http/pages/flow/refused-codes'
import type { RateLimit } from '../../../../src/http/request/rate-limit'

const neverSpent: RateLimit = { isOn: true, take: () => undefined, isSpent: () => false }
const from = (address: string) =>
  new Request('http://gw.example.com/business', { headers: { from: address } })

const opened = (limit: RateLimit) => {
  const codes = createRefusedCodes(limit, ({ headers }) => ({
    address: headers.get('from') ?? '',
    isProxy: false,
  }))
  const gate = Promise.withResolvers<void>()
  const ask = (address: string) =>
    codes.around(from(address), async () => {
      await gate.promise
      return { answer: { kind: 'go' } }
    })
  return { ask, open: gate.resolve }
}

test('codes under way are bounded for one address: what WeCom says of them isn’t known yet', async () => {
  const { ask, open } = opened(neverSpent)
  const first = Array.from({ length: mostCodesAtOnce }, () => ask('192.0.2.1'))
  await expect(ask('192.0.2.1')).rejects.toMatchObject({ code: 'too_many_requests' })
  const ofOther = ask('192.0.2.2')
  open()
  expect(await Promise.all([...first, ofOther])).toHaveLength(mostCodesAtOnce + 1)
  expect(await ask('192.0.2.1')).toEqual({ answer: { kind: 'go' } })
})

test('a code whose work fails is under way no more', async () => {
  const codes = createRefusedCodes(neverSpent, () => ({ address: '192.0.2.1', isProxy: false }))
  for (let n = 0; n <= mostCodesAtOnce; n++) {
    const failing = codes.around(from('192.0.2.1'), () => Promise.reject(new Error('broken')))
    await expect(failing).rejects.toThrow('broken')
  }
})

test('nothing is bounded where the limit is off', async () => {
  const { ask, open } = opened({ ...neverSpent, isOn: false })
  const all = Array.from({ length: mostCodesAtOnce + 1 }, () => ask('192.0.2.1'))
  open()
  expect(await Promise.all(all)).toHaveLength(mostCodesAtOnce + 1)
})
