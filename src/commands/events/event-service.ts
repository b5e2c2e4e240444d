/**
 * The suited whose events a command reads: its address, the key to it, and what its refusals mean.
 */
import { secondMs } from '../../clock'
import type { Config } from '../../config/config'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { fetchThrough } from '../../runtime/process/network'
import { addressOf, type Problem, toldOf } from '../cli/ask-service'
import type { PartName } from '../cli/command-settings'
import { isLoopback, tlsTowards } from '../cli/local-service'
import { configOf, readSettings } from '../cli/read-settings'

export const answerWithinMs = 15 * secondMs

export type Flags = Readonly<Record<string, string | undefined>>

export interface EventService {
  readonly base: string
  /** A request below `/api`. What goes wrong on the way there is thrown as it comes. */
  request(path: string, init?: RequestInit): Promise<Response>
}

/** The key that settings name; null without one. */
export const keyIn = ({ settings }: Config): string | null =>
  settings.SUITED_KEY ?? settings.SUITED_ADMIN_TOKEN

/** @throws {StartFailure} always */
export const giveUpWithoutKey = (): never =>
  giveUp(
    exitCodes.badUsage,
    'Set SUITED_KEY to a key of scope events (suited keys create NAME --scopes=events), or SUITED_ADMIN_TOKEN.',
  )

/** @param isOwn whether settings of this machine name the address */
export const eventServiceAt = (base: string, key: string, isOwn: boolean): EventService => {
  if (base.startsWith('http://') && !isLoopback(base)) {
    process.stderr.write('The key travels in clear to an http:// address: better use https://.\n')
  }
  const fetchService = fetchThrough(null)
  return {
    base,
    request: (path, init = {}) =>
      fetchService(`${base}${path}`, {
        ...tlsTowards(base, isOwn),
        ...init,
        // A key never follows to another address.
        redirect: 'manual',
        headers: { ...init.headers, authorization: `Bearer ${key}` },
      }),
  }
}

/** @throws {StartFailure} settings are wrong, or there is no key to it */
export const eventServiceOf = (flags: Flags, command: PartName): EventService => {
  const config = configOf(readSettings(flags, command))
  const key = keyIn(config) ?? giveUpWithoutKey()
  return eventServiceAt(addressOf(config, flags.url), key, !flags.url)
}

export interface Refusal extends Problem {
  readonly status: number
  /** Whether asking again later may help. */
  readonly isPassing: boolean
}

export const refusalIn = async (response: Response): Promise<Refusal> => {
  const { status } = response
  const problem = (await response.json().catch(() => ({}))) as Problem
  return { ...problem, status, isPassing: status >= 500 || status === 429 }
}

/** How to get to a listener that is open on its own machine alone. */
const whereOperatorsAre = (base: string): string =>
  [
    `${base} has no /api/events: the operators’ listener of that suited is elsewhere (SUITED_ADMIN_PORT), or it is no suited of this version.`,
    `From here: ssh -L 8002:127.0.0.1:ADMIN_PORT ${URL.parse(base)?.hostname ?? 'HOST'}, and then --url http://127.0.0.1:8002.`,
  ].join('\n')

/** @throws {StartFailure} always: says what the refusal means and what to do */
export const giveUpOn = (base: string, refusal: Refusal): never => {
  const { status, code, detail } = refusal
  if (status === 401) {
    return giveUp(
      exitCodes.noPermission,
      `${base} doesn’t know this key: it was revoked, has ended or is another service’s. suited keys create NAME --scopes=events makes one there.`,
    )
  }
  if (status === 403) {
    return giveUp(exitCodes.noPermission, `${base} refuses: ${detail ?? 'HTTP status 403'}`)
  }
  if (code === 'event_not_found') return giveUp(exitCodes.failed, detail ?? 'No such event.')
  if (status === 404 && code !== 'suite_not_found') {
    return giveUp(exitCodes.failed, whereOperatorsAre(base))
  }
  if (status >= 300 && status < 400) {
    return giveUp(exitCodes.failed, `${base} sends elsewhere: give --url the address itself.`)
  }
  return giveUp(exitCodes.failed, `${base} refuses: ${toldOf(refusal, status)}`)
}
