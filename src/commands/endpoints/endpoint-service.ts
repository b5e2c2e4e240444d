/** The endpoints of a running service, as commands see them: over HTTP alone. */
import { secondMs } from '../../clock'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { addressOf, askService } from '../cli/ask-service'
import { configOf, readSettings } from '../cli/read-settings'

const endpointsPath = '/api/endpoints'

export type Flags = Readonly<Record<string, string | undefined>>

/** What of an endpoint the commands show. */
export interface ShownEndpoint {
  readonly name: string
  readonly url: string
  readonly types: readonly string[] | null
  readonly suites: readonly string[] | null
  readonly corps: readonly string[] | null
  readonly order: string
  readonly format: string
  readonly replies: boolean
  readonly status: 'on' | 'paused' | 'off'
  readonly reason: string | null
  readonly pending: number
  readonly oldestPendingAt: number | null
  readonly failingSince: number | null
  readonly lastSuccessAt: number | null
  readonly lastError: string | null
  readonly origin: 'settings' | 'api'
}

/** What is shown once: a secret, or for the format `wecom` a pair. */
export interface IssuedSecret {
  readonly secret?: string
  readonly token?: string
  readonly encodingAesKey?: string
}

export interface ShownReplay {
  readonly id: string
  readonly status: 'running' | 'done' | 'cancelled'
  readonly total: number
  readonly sent: number
}

export interface EndpointService {
  /**
   * The answer's JSON, null for an empty one.
   *
   * @param path below `/api/endpoints`, with its slash
   * @throws {StartFailure} no service answers, or it refuses; it says which and what to do
   */
  // biome-ignore lint/suspicious/noExplicitAny: answers of our own API, each of its shape
  ask(path: string, method?: 'GET' | 'POST' | 'PATCH' | 'DELETE', body?: object): Promise<any>
}

/** Longer than an attempt may take, which a test waits for. */
const answerWithinMs = 30 * secondMs

/** The path of one endpoint. */
export const pathOf = (name: string): string => `/${encodeURIComponent(name)}`

/** @throws {StartFailure} settings are wrong */
export const endpointServiceOf = (flags: Flags): EndpointService => {
  const config = configOf(readSettings(flags, 'endpoints'))
  const base = addressOf(config, flags.url)
  return {
    async ask(path, method = 'GET', body) {
      const answer = await askService(config, {
        base,
        isOwn: !flags.url,
        path: `${endpointsPath}${path}`,
        method,
        withinMs: answerWithinMs,
        ...(body && { body }),
      })
      if (answer.kind === 'silent') {
        return giveUp(
          exitCodes.unavailable,
          `No service answers at ${base}: ${answer.reason}. Endpoints are changed in a running service: start it, or name it with --url.`,
        )
      }
      if (answer.kind === 'refused') {
        const wantsToken = answer.status === 401 && config.settings.SUITED_ADMIN_TOKEN === null
        return giveUp(
          exitCodes.failed,
          wantsToken
            ? `${base} wants the admin token: set SUITED_ADMIN_TOKEN, or name the file that has it with --env-file.`
            : `${base} refuses: ${answer.detail}`,
        )
      }
      if (answer.text === '') return null
      try {
        return JSON.parse(answer.text)
      } catch {
        return giveUp(exitCodes.unavailable, `What answers at ${base} is not suited.`)
      }
    },
  }
}

export const allEndpoints = async (service: EndpointService): Promise<ShownEndpoint[]> => {
  const endpoints: ShownEndpoint[] = []
  let cursor: string | null = null
  do {
    const page = await service.ask(cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`)
    endpoints.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return endpoints
}
