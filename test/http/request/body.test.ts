import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { readBody } from '../../../src/http/request/body'
import { createManualClock } from '../../manual-clock'

const limitBytes = 100
const url = 'http://localhost/'

/** A body that comes when the test says so. */
const setUp = (headers: Record<string, string> = {}) => {
  const clock = createManualClock(0)
  let sending: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      sending = controller
    },
  })
  const reading = readBody(new Request(url, { method: 'POST', headers, body }), limitBytes, clock)
  // The test looks at how it ended when it is over.
  reading.catch(() => undefined)
  return { clock, reading, sending: sending!, piece: new TextEncoder().encode('12345') }
}

const refusal = (code: string) => expect.objectContaining({ code })

describe('a body that came with its head', () => {
  test('is read without a timer', async () => {
    const clock = createManualClock(0)
    const request = new Request(url, { method: 'POST', body: 'all of it' })
    const reading = readBody(request, limitBytes, {
      ...clock,
      sleep: () => {
        throw new Error('a timer was set')
      },
    })
    expect(await reading).toBe('all of it')
  })

  test('is refused if it is too large, whatever was announced', async () => {
    const headers = { 'content-length': '5' }
    const request = new Request(url, { method: 'POST', headers, body: 'x'.repeat(limitBytes + 1) })
    const reading = readBody(request, limitBytes, createManualClock(0))
    await expect(reading).rejects.toEqual(refusal('body_too_large'))
  })
})

describe.each([
  ['unannounced', {}],
  ['announced', { 'content-length': '10' }],
])('a body that comes later (%s)', (_, headers) => {
  test('is read to its end, and its timer goes with it', async () => {
    const { clock, reading, sending, piece } = setUp(headers)
    await clock.advance(9 * secondMs)
    expect(clock.pending).toBe(1)
    sending.enqueue(piece)
    await clock.advance(999)
    sending.enqueue(piece)
    sending.close()
    expect(await reading).toBe('1234512345')
    expect(clock.pending).toBe(0)
  })

  test('is refused after ten seconds, even if a part of it came', async () => {
    const { clock, reading, sending, piece } = setUp(headers)
    sending.enqueue(piece)
    await clock.advance(10 * secondMs)
    await expect(reading).rejects.toEqual(refusal('invalid_request'))
    expect(clock.pending).toBe(0)
  })

  test('is refused when it breaks off, and its timer goes with it', async () => {
    const { clock, reading, sending } = setUp(headers)
    await clock.advance(secondMs)
    sending.error(new Error('the connection was cut'))
    await expect(reading).rejects.toEqual(refusal('invalid_request'))
    expect(clock.pending).toBe(0)
  })
})

describe('a body of unknown length', () => {
  test('is refused as soon as it is too large', async () => {
    const { clock, reading, sending } = setUp()
    await clock.advance(secondMs)
    sending.enqueue(new Uint8Array(limitBytes + 1))
    await expect(reading).rejects.toEqual(refusal('body_too_large'))
    expect(clock.pending).toBe(0)
  })
})
