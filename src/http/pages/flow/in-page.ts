/** What all routes of flows begin with: the limit of their reader, and failures as pages. */
import type { PageFailure } from '../../../suite/pages/flow/flow-refusal'
import { queryOf } from '../../request/address'
import type { ClientOf, RateLimit } from '../../request/rate-limit'
import type { Language } from '../view/texts/language'
import { failureAnswer, readerOf } from './page-answer'

export interface InPageParts {
  /** Of one address, to all pages. */
  readonly pageLimit: RateLimit
  readonly clientOf: ClientOf
  readonly tellFailure: (error: unknown, sender: string | null) => PageFailure
}

/** What passes by itself: the button asks for the same again, which loses nothing. */
const passing: ReadonlySet<string> = new Set([
  'too_many_requests',
  'store_unavailable',
  'overloaded',
  'shutting_down',
  'suite_ticket_missing',
  'wecom_error',
  'wecom_timeout',
])

/** Whoever reads a failure of these routes is a person: each is a page. */
export type InPage = (
  request: Request,
  work: (language: Language) => Promise<Response>,
) => Promise<Response>

export const createInPage =
  ({ pageLimit, clientOf, tellFailure }: InPageParts): InPage =>
  async (request, work) => {
    const language = readerOf(request)
    try {
      if (pageLimit.isOn) pageLimit.take(clientOf(request))
      return await work(language)
    } catch (error) {
      const failure = tellFailure(error, clientOf(request)?.address ?? null)
      const again = passing.has(failure.code) ? `?${queryOf(request)}` : null
      return failureAnswer(language, failure, again)
    }
  }
