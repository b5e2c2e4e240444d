/** An event sent to a local address as a delivery: the same body, signed with a local secret. */
import { readFileSync } from 'node:fs'
import { secondMs } from '../../clock'
import { type DeliveredEvent, deliveredEvent } from '../../delivery/compose'
import { secretOf } from '../../delivery/send/signing-secret'
import { standardHeaders } from '../../delivery/send/standard-webhook'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { randomBytes } from '../../runtime/process/randomness'
import { version } from '../../version'
import { networkFaultOf } from '../../wecom/api/network-fault'
import { isHttpAddress } from '../cli/local-service'
import type { Flags } from './event-service'

const answerWithinMs = 15 * secondMs
const mostOfAnswer = 1024

export interface LocalAnswer {
  /** Null where none came. */
  readonly status: number | null
  /** Why none came; null where one did. */
  readonly error: string | null
  readonly durationMs: number
  /** The first kilobyte. */
  readonly text: string
}

export const isTaken = ({ status }: LocalAnswer): boolean =>
  status !== null && status >= 200 && status < 300

/** The address, if it is one. @throws {StartFailure} it isn't */
export const localUrlOf = (text: string): string =>
  isHttpAddress(text)
    ? text
    : giveUp(
        exitCodes.badUsage,
        'The local address must begin with http:// or https://, as http://localhost:3000/hook.',
      )

const isSecret = (text: string): boolean => {
  const bytes = Buffer.from(text.replace(/^whsec_/, ''), 'base64').length
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text) && bytes >= 24 && bytes <= 64
}

/**
 * The secret that flags name; without one a fresh one, which is told.
 *
 * @throws {StartFailure} it is none
 */
export const secretFrom = (flags: Flags, tell: (line: string) => void): string => {
  const { secret, 'secret-file': file } = flags
  if (secret === undefined && file === undefined) {
    const made = secretOf(randomBytes(32))
    tell(`Signed with ${made}, made for now: --secret keeps one.`)
    return made
  }
  let text = secret?.trim() ?? ''
  try {
    if (secret === undefined && file !== undefined) text = readFileSync(file, 'utf8').trim()
  } catch {
    return giveUp(exitCodes.badUsage, 'The file of --secret-file can’t be read.')
  }
  if (isSecret(text)) return text
  return giveUp(
    exitCodes.badUsage,
    'A secret is whsec_ and 24 to 64 bytes in base64. Without one a fresh one is made and shown.',
  )
}

type Shown = Parameters<typeof deliveredEvent>[0]

/** An event out of the text in which the API, `show` and `pull` have it; null if it is none. */
export const eventIn = (text: string): DeliveredEvent | null => {
  try {
    const event = JSON.parse(text) as Shown
    const isEvent = typeof event.id === 'string' && typeof event.type === 'string'
    return isEvent && Number.isFinite(event.receivedAt) ? deliveredEvent(event) : null
  } catch {
    return null
  }
}

const startOf = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length >= mostOfAnswer) break
  }
  return text.slice(0, mostOfAnswer)
}

const failureOf = (error: unknown): string => {
  if ((error as Error).name === 'TimeoutError') return 'no answer within 15 seconds'
  const { code, detail } = networkFaultOf(error, false)
  return code === 'refused' ? 'nothing listens there' : detail
}

/** One attempt. Redirects are answers like any other. */
export const deliver = async (
  url: string,
  event: DeliveredEvent,
  secret: string,
): Promise<LocalAnswer> => {
  const body = JSON.stringify(event)
  const startedAt = Date.now()
  let status: number | null = null
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'user-agent': `suited/${version}`,
        ...standardHeaders(event.id, body, [{ secret, until: null }], startedAt),
      },
      body,
      signal: AbortSignal.timeout(answerWithinMs),
    })
    status = response.status
    const text = await startOf(response)
    return { status, error: null, durationMs: Date.now() - startedAt, text }
  } catch (error) {
    const durationMs = Date.now() - startedAt
    // What came before an answer broke off says enough.
    if (status !== null) return { status, error: null, durationMs, text: '' }
    return { status, error: failureOf(error), durationMs, text: '' }
  }
}
