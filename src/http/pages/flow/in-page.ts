/** What all routes of flows begin with: the limit of their reader, and failures as pages. */
import type { PageFailure } from '../../../suite/pages/flow/flow-refusal'
import { queryOf } from '../../request/address'
import { type ClientOf, OverLimit, type RateLimit } from '../../request/rate-limit'
import type { Language } from '../view/texts/language'
import { failureAnswer, readerOf } from './page-answer'

export interface InPageParts {
  /** Of one address, to all pages. */
  readonly pageLimit: RateLimit
  readonly clientOf: ClientOf
  readonly tellFailure: (error: unknown) => PageFailure
}

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
      // Who came too often loses nothing: the button asks for the same again.
      const again = error instanceof OverLimit ? `?${queryOf(request)}` : null
      return failureAnswer(language, tellFailure(error), again)
    }
  }
