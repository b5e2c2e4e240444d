/** `suited events pull`: reads on from where a consumer stands, one JSON line per event. */
import { type Clock, secondMs, systemClock } from '../../clock'
import { backoffMs, type Random } from '../../retry'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { silenceOf } from '../cli/ask-service'
import { type EventService, giveUpOn, refusalIn } from './event-service'
import type { KeptPosition, Position } from './position'

const eventsAPage = 100
const waitSeconds = 30
const answerWithinMs = (waitSeconds + 15) * secondMs
const backoff = { firstMs: secondMs, ceilingMs: 15 * secondMs }

interface Page {
  readonly items: readonly { readonly id: string }[]
  readonly next: string | null
}

/** That event is not kept any more. */
class UnknownPosition extends Error {}

/** It answered that it can't just now. */
class Refused extends Error {}

const whyOf = (error: unknown): string =>
  error instanceof Refused ? error.message : silenceOf(error, answerWithinMs)

export interface PullParts {
  readonly service: EventService
  readonly position: KeptPosition
  /** `suite`, `type`, `corpid`. */
  readonly filters: Readonly<Record<string, string>>
  /** Where to begin, whatever was kept: `start`, `now`, or the id of an event. */
  readonly from: string | undefined
  /** Whether to go on when there is nothing more. */
  readonly waits: boolean
  /** After so many events it ends; null: never. */
  readonly limit: number | null
  /** Resolves when the text has left this process. */
  write(text: string): Promise<void>
  tell(line: string): void
  readonly clock?: Clock
  readonly random?: Random
}

/**
 * Nothing is skipped, and whoever ends it at any moment gets no more than one page a second time.
 */
export const pull = async (parts: PullParts): Promise<void> => {
  const { service, position, filters, from, waits, limit, write, tell } = parts
  const { clock = systemClock, random = Math.random } = parts

  const ask = async (query: Readonly<Record<string, string>>): Promise<Page> => {
    const search = new URLSearchParams({ ...filters, ...query })
    const response = await service.request(`/api/events?${search}`, {
      signal: AbortSignal.timeout(answerWithinMs),
    })
    if (response.ok) return (await response.json()) as Page
    const refusal = await refusalIn(response)
    if (refusal.errors?.some(({ field }) => field === 'after')) throw new UnknownPosition()
    if (refusal.isPassing) throw new Refused(refusal.detail ?? `HTTP status ${refusal.status}`)
    return giveUpOn(service.base, refusal)
  }

  /** The same, again and again where this command waits; else its failure ends it. */
  const insist = async (query: Readonly<Record<string, string>>): Promise<Page> => {
    for (let failures = 1; ; failures++) {
      try {
        return await ask(query)
      } catch (error) {
        if (error instanceof UnknownPosition || (error as Error).name === 'StartFailure')
          throw error
        const why = `${service.base} can’t be asked: ${whyOf(error)}`
        if (!waits) return giveUp(exitCodes.unavailable, `${why}.`)
        if (failures === 1) tell(`${why}. Trying on.`)
        await clock.sleep(backoffMs(failures, backoff, random))
      }
    }
  }

  const begin = async (): Promise<Position> => {
    if (from === undefined) return position.load() ?? { after: null }
    if (from === 'start') return { after: null }
    if (from !== 'now') return { after: from }
    const now = { after: (await insist({ limit: '1' })).items[0]?.id ?? null }
    await position.save(now)
    return now
  }

  let { after } = await begin()
  let left = limit ?? Number.POSITIVE_INFINITY
  while (left > 0) {
    const asked = {
      order: 'asc',
      limit: String(Math.min(eventsAPage, left)),
      ...(after !== null && { after }),
      ...(waits && { wait: String(waitSeconds) }),
    }
    const page = await insist(asked).catch((error) => {
      if (!(error instanceof UnknownPosition)) throw error
      if (from !== undefined && after === from) {
        return giveUp(exitCodes.failed, `There is no event ${from} (any more).`)
      }
      tell('The event of before is not kept any more: going on with the oldest that is.')
      return null
    })
    if (page === null) {
      after = null
      continue
    }
    if (page.items.length > 0) {
      await write(page.items.map((event) => `${JSON.stringify(event)}\n`).join(''))
    }
    // Not before: what was not written is read again.
    if (page.next !== after) await position.save({ after: page.next })
    after = page.next
    left -= page.items.length
    if (page.items.length === 0 && !waits) return
  }
}
