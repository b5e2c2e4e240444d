/** WeCom and a page, going on as ever while others misbehave. */
import { secondMs, systemClock } from '../../src/clock'
import type { Suited } from '../binary/suited'
import { pageUrl } from '../binary/suited'
import type { Wecom } from '../binary/wecom'

export interface Honest {
  /** Ends it, and resolves with how it went. */
  stop(): Promise<HonestFigures>
}

export interface HonestFigures {
  readonly signatures: number
  readonly callbacks: number
  /** What was not answered as it should have been. */
  readonly refused: readonly string[]
  /** The slowest answer, in milliseconds. */
  readonly slowestSignatureMs: number
  readonly slowestCallbackMs: number
}

const restMs = 40
/** Behind the proxy that every suited has, an honest page has an address of its own. */
const fromAPage = { 'x-forwarded-for': '203.0.113.7' }

export const goOnHonestly = (suited: Suited, wecom: Wecom, corpid: string): Honest => {
  const figures = {
    signatures: 0,
    callbacks: 0,
    refused: [] as string[],
    slowestSignatureMs: 0,
    slowestCallbackMs: 0,
  }
  let over = false
  let serial = 0

  const sign = async () => {
    const began = systemClock.now()
    const query = new URLSearchParams({ corpid, url: pageUrl, type: 'config' })
    try {
      const answer = await fetch(`${suited.url}/sign?${query}`, {
        headers: fromAPage,
        signal: AbortSignal.timeout(30 * secondMs),
      })
      if (answer.status === 200) figures.signatures += 1
      else figures.refused.push(`a signature: ${answer.status} ${await answer.text()}`)
    } catch (error) {
      figures.refused.push(`a signature: ${error}`)
    }
    figures.slowestSignatureMs = Math.max(figures.slowestSignatureMs, systemClock.now() - began)
  }

  const push = async () => {
    const began = systemClock.now()
    const text = `honest ${++serial}`
    const pushed = await wecom.simulator.pusher.message(wecom.suiteId, corpid, { text })
    if (pushed.ok) figures.callbacks += 1
    else figures.refused.push(`a callback: ${pushed.detail}`)
    figures.slowestCallbackMs = Math.max(figures.slowestCallbackMs, systemClock.now() - began)
  }

  const goOn = async (work: () => Promise<void>) => {
    while (!over) {
      await work()
      await systemClock.sleep(restMs)
    }
  }
  const going = [goOn(sign), goOn(push)]

  return {
    async stop() {
      over = true
      await Promise.all(going)
      return figures
    },
  }
}
