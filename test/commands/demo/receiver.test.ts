import { expect, test } from 'bun:test'
import { startReceiver } from '../../../src/commands/demo/receiver'
import { secretOf } from '../../../src/delivery/send/signing-secret'
import { standardHeaders } from '../../../src/delivery/send/standard-webhook'

const secret = secretOf(new Uint8Array(32).fill(7))
const otherSecret = secretOf(new Uint8Array(32).fill(8))
const now = 1_700_000_000_000
const body = '{"type":"text"}'

const deliver = async (signedWith: string, sent = body) => {
  const receiver = startReceiver(secret)
  const signed = standardHeaders('event-1', body, [{ secret: signedWith, until: null }], now)
  const { status } = await fetch(receiver.url, { method: 'POST', headers: signed, body: sent })
  return { status, received: receiver.received() }
}

test('the receiver of the demo takes a delivery that its secret signed', async () => {
  expect(await deliver(secret)).toEqual({
    status: 204,
    received: [{ id: 'event-1', verified: body }],
  })
})

test('the receiver of the demo refuses a delivery that another secret signed', async () => {
  expect(await deliver(otherSecret)).toEqual({
    status: 401,
    received: [{ id: 'event-1', verified: null }],
  })
})

test('the receiver of the demo refuses a body that was changed on the way', async () => {
  const { status, received } = await deliver(secret, '{"type":"link"}')
  expect(status).toBe(401)
  expect(received).toEqual([{ id: 'event-1', verified: null }])
})
