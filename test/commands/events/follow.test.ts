import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { type Followed, follow } from '../../../src/commands/events/follow'
import { eventStreamHeaders } from '../../../src/http/answer/headers'
import { createManualClock } from '../../manual-clock'

const ping = (id: string) => `id: ${id}\nevent: ping\ndata: {}\n\n`
const event = (id: string) => `id: ${id}\ndata: {"id":"${id}"}\n\n`

/**
 * A service whose streams are the given texts, one after the other; each stays open if it says so.
 */
const following = (streams: readonly { text: string; staysOpen?: boolean; status?: number }[]) => {
  const clock = createManualClock(0)
  const asked: (string | null)[] = []
  const got: Followed[] = []
  const followed = follow({
    async open(after) {
      const { text, staysOpen = false, status = 200 } = streams[asked.length]!
      asked.push(after)
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(text))
          if (!staysOpen) controller.close()
        },
      })
      return new Response(body, { status, headers: eventStreamHeaders })
    },
    after: null,
    clock,
    random: () => 0.5,
  })
  const ended = (async () => {
    for (;;) {
      const next = await followed.next()
      if (next.done) return next.value
      got.push(next.value)
    }
  })()
  return { clock, asked, got, ended }
}

const end = { text: 'event: superseded\ndata: {}\n\n' }

describe('following the events of a suited', () => {
  test('says connected once the service has said so, and hands on what comes', async () => {
    const { got, ended } = following([{ text: ping('1') + event('2') + end.text }])
    expect(await ended).toEqual({ kind: 'superseded' })
    expect(got.map(({ kind }) => kind)).toEqual(['connected', 'position', 'event'])
  })

  test('goes on behind the last event when the connection ends', async () => {
    const { clock, asked, got, ended } = following([{ text: ping('1') + event('2') }, end])
    await clock.advance(2 * secondMs)
    await ended
    expect(asked).toEqual([null, '2'])
    expect(got.at(-1)).toMatchObject({ kind: 'lost', retryInMs: secondMs })
  })

  test('notices a connection that fell silent within 45 seconds', async () => {
    const { clock, asked, got, ended } = following([{ text: ping('1'), staysOpen: true }, end])
    await clock.advance(34 * secondMs)
    expect(asked).toHaveLength(1)
    await clock.advance(11 * secondMs)
    await ended
    expect(asked).toEqual([null, '1'])
    expect(got.at(-1)).toMatchObject({ reason: 'the connection fell silent' })
  })

  test('ends for good where the service knows no such key', async () => {
    const { ended } = following([{ text: '{"code":"unauthorized"}', status: 401 }])
    expect(await ended).toMatchObject({ kind: 'refused', refusal: { status: 401 } })
  })
})
