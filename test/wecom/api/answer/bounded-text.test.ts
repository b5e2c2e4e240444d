import { expect, test } from 'bun:test'
import { textWithin } from '../../../../src/wecom/api/answer/bounded-text'

const signal = () => new AbortController().signal
const bytesOf = (text: string) => new TextEncoder().encode(text)

/** A body in pieces, and how it was left. */
const bodyOf = (...pieces: Uint8Array[]) => {
  const state = { read: 0, cancelled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[state.read++]
        if (piece) controller.enqueue(piece)
        else controller.close()
      },
      cancel() {
        state.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, state }
}

test('a text comes whole, wherever its pieces were cut', async () => {
  const whole = bytesOf('{"errmsg":"企业微信"}')
  const { body } = bodyOf(...Array.from(whole, (byte) => Uint8Array.of(byte)))
  expect(await textWithin(body, 100, signal())).toBe('{"errmsg":"企业微信"}')
})

test('no body is an empty text', async () => {
  expect(await textWithin(null, 100, signal())).toBe('')
})

test('a text as long as allowed comes, one byte more is none', async () => {
  expect(await textWithin(bodyOf(bytesOf('12345')).body, 5, signal())).toBe('12345')
  expect(await textWithin(bodyOf(bytesOf('12345'), bytesOf('6')).body, 5, signal())).toBeNull()
})

test('of a text that is too long no more is read than shows it', async () => {
  const piece = bytesOf('x'.repeat(1000))
  const { body, state } = bodyOf(...Array.from({ length: 1000 }, () => piece))
  expect(await textWithin(body, 2500, signal())).toBeNull()
  expect(state).toEqual({ read: 3, cancelled: true })
})

test('a text that stops half way ends when the caller gives up', async () => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytesOf('{"errcode":0,')),
  })
  const giveUp = new AbortController()
  const reading = textWithin(body, 100, giveUp.signal)
  giveUp.abort(new Error('given up'))
  await expect(reading).rejects.toThrow('given up')
})
