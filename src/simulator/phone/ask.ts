/**
 * One request of a phone: to a page of WeCom's, which the simulator answers itself, or to anybody.
 */
import { type Clock, secondMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Send } from '../push/delivery'
import type { Visitor } from '../world/world'

/** Opens a page of WeCom's as this person. */
export type OpenPage = (request: Request, visitor: Visitor | null) => Promise<Response>

export interface AskParts {
  readonly clock: Clock
  readonly send: Send
  /** Whether an address is a page of WeCom's, which the simulator answers itself. */
  isWecomPage(url: URL): boolean
  readonly openWecomPage: OpenPage
}

const answerTimeoutMs = 30 * secondMs
const longestPageBytes = 2 ** 20

/** The beginning of a body, as far as somebody would read it. */
const pageText = async ({ body }: Response): Promise<string> => {
  if (!body) return ''
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of body) {
    text += decoder.decode(piece, { stream: true })
    if (text.length > longestPageBytes) break
  }
  return text
}

export interface Answer {
  readonly status: number | null
  readonly problem: string | null
  readonly headers: Headers
  readonly html: string
  /** Of its `Location` header. */
  readonly location: string | null
}

/** Never rejects: an address without an answer is an answer with a `problem`. */
export const createAsk =
  ({ clock, send, isWecomPage, openWecomPage }: AskParts) =>
  async (url: URL, headers: Headers, visitor: Visitor | null): Promise<Answer> => {
    const giveUp = new AbortController()
    const cancel = clock.alarm(answerTimeoutMs, () => giveUp.abort())
    try {
      const init = { headers, redirect: 'manual', signal: giveUp.signal } as const
      const response = isWecomPage(url)
        ? await openWecomPage(new Request(url.href, init), visitor)
        : await send(url.href, init)
      const { status } = response
      const to = status >= 300 && status < 400 ? response.headers.get('location') : null
      const location = to === null ? null : (URL.parse(to, url.href)?.href ?? null)
      const html = await pageText(response)
      return { status, problem: null, headers: response.headers, html, location }
    } catch (error) {
      const problem = reasonOf(error)
      return { status: null, problem, headers: new Headers(), html: '', location: null }
    } finally {
      cancel()
    }
  }
