/** A business app that takes every delivery at once, on the load generator's core. */
import { systemClock } from '../../src/clock'
import { secretOf } from '../../src/delivery/send/signing-secret'

export interface Receiver {
  readonly url: string
  /** Settings that make it an endpoint, named `default`. */
  readonly settings: Readonly<Record<string, string>>
  /** How many deliveries came so far. */
  count(): number
  /** From an event's receipt to its arrival, for those that came since this was asked last. */
  takeTimesMs(): number[]
  stop(): Promise<void>
}

/** Longer than any backlog of a round takes. */
const patienceMs = 300_000

export const startReceiver = (): Receiver => {
  let count = 0
  let timesMs: number[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { receivedAt } = (await request.json()) as { receivedAt: number }
      count += 1
      timesMs.push(systemClock.now() - receivedAt)
      return new Response('ok')
    },
  })
  const url = `${server.url.origin}/hook`
  return {
    url,
    settings: {
      SUITED_FORWARD_URL: url,
      SUITED_FORWARD_SECRET: secretOf(new Uint8Array(32).fill(9)),
    },
    count: () => count,
    takeTimesMs() {
      const taken = timesMs
      timesMs = []
      return taken
    },
    stop: () => server.stop(true),
  }
}

/** @throws {Error} they don't come */
export const untilDelivered = async (receiver: Receiver, count: number): Promise<void> => {
  const deadline = performance.now() + patienceMs
  while (receiver.count() < count) {
    if (performance.now() > deadline) {
      throw new Error(`${count - receiver.count()} of ${count} deliveries never came`)
    }
    await systemClock.sleep(5)
  }
}
