/** The API keys as commands see them: in a folder of their own, or behind a running service. */
import { systemClock } from '../../clock'
import type { Config } from '../../config/config'
import { ServiceError } from '../../errors'
import { showKey } from '../../http/api/access/key-records'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { createRandom, newId } from '../../runtime/process/randomness'
import type { Storage } from '../../runtime/storage/storage'
import { createApiKeys } from '../../suite/access/api-keys'
import type { KeyRequest } from '../../suite/access/key-request'
import { createSuites } from '../../suite/suites'
import { addressOf, askService } from '../cli/ask-service'
import { takeStorage } from '../state/open-state'

export type ShownKey = ReturnType<typeof showKey>

export interface Issued {
  readonly id: string
  readonly key: string
}

export interface Keys {
  /** The time by which keys end where they are kept, as far as it is known; epoch milliseconds. */
  now(): number
  /** The newest first. */
  list(): Promise<ShownKey[]>
  create(request: KeyRequest): Promise<Issued>
  rotate(id: string, graceSeconds: number): Promise<Issued & { readonly previousUntil: number }>
  revoke(id: string): Promise<void>
  close(): Promise<void>
}

const onStorage = (storage: Storage, config: Config): Keys => {
  const { clock } = storage
  const apiKeys = createApiKeys({
    store: storage.store,
    suites: createSuites(config.suites, config.provider, config.defaultKey),
    clock,
    random: createRandom(),
  })

  const audit = (action: string, target: string): Promise<void> =>
    storage.eventLog.addAudit({
      id: newId(),
      at: clock.now(),
      actor: { kind: 'command', id: null, name: null },
      action,
      suiteId: null,
      corpid: null,
      target,
      address: null,
      status: 0,
    })

  /** What goes wrong here is said, and the storage let go. */
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      await storage.close()
      if (error instanceof ServiceError) return giveUp(exitCodes.failed, error.message)
      throw error
    }
  }

  return {
    now: clock.now,
    list: () =>
      attempt(async () => {
        const now = clock.now()
        return (await apiKeys.list()).map((record) => showKey(record, now))
      }),
    create: (request) =>
      attempt(async () => {
        const { record, text } = await apiKeys.create(request, (id) => audit('key.create', id))
        return { id: record.id, key: text }
      }),
    rotate: (id, graceSeconds) =>
      attempt(async () => {
        const { text, previousUntil } = await apiKeys.rotate(id, graceSeconds, () =>
          audit('key.rotate', id),
        )
        return { id, key: text, previousUntil }
      }),
    revoke: (id) =>
      attempt(async () => {
        await apiKeys.revoke(id)
        await audit('key.revoke', id)
      }),
    close: storage.close,
  }
}

const pageLength = 200

/** Why nothing was done, and what to do where the service's own words are for other readers. */
const refusalOf = (
  base: string,
  { status, detail }: { readonly status: number; readonly detail: string },
  { settings }: Config,
): string => {
  if (status === 401 && settings.SUITED_ADMIN_TOKEN === null) {
    return `${base} wants the admin token: set SUITED_ADMIN_TOKEN, or name the file that has it with --env-file.`
  }
  if (status === 404) {
    return `${base} has no /api/keys: name the operators’ listener of a suited, SUITED_ADMIN_PORT where that is set.`
  }
  return `${base} refuses: ${detail}`
}

const behindService = (config: Config, url: string | undefined): Keys => {
  const base = addressOf(config, url)

  const ask = async (
    path: string,
    method: 'GET' | 'POST' | 'DELETE' = 'GET',
    body?: object,
    // biome-ignore lint/suspicious/noExplicitAny: answers of our own API, each of its shape
  ): Promise<any> => {
    const answer = await askService(config, {
      base,
      isOwn: !url,
      path,
      method,
      ...(body && { body }),
    })
    switch (answer.kind) {
      case 'answer':
        return answer.text === '' ? null : JSON.parse(answer.text)
      case 'refused':
        return giveUp(exitCodes.failed, refusalOf(base, answer, config))
      case 'silent':
        return giveUp(exitCodes.unavailable, `No service answers at ${base}: ${answer.reason}.`)
    }
  }

  return {
    now: systemClock.now,
    async list() {
      const keys: ShownKey[] = []
      let cursor: string | null = null
      do {
        const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const page = await ask(`/api/keys?limit=${pageLength}${after}`)
        keys.push(...page.items)
        cursor = page.next
      } while (cursor !== null)
      return keys
    },
    create: (request) => ask('/api/keys', 'POST', request),
    rotate: (id, graceSeconds) =>
      ask(`/api/keys/${encodeURIComponent(id)}/rotate`, 'POST', { graceSeconds }),
    revoke: (id) => ask(`/api/keys/${encodeURIComponent(id)}`, 'DELETE'),
    close: async () => undefined,
  }
}

/**
 * The keys of the service at `url`, if that is given; else of the folder, or of the service that
 * has it.
 *
 * @param mayMakeFolder whether a folder that isn't there is one to begin with
 * @throws {StartFailure} neither can be had
 */
export const openKeys = async (
  config: Config,
  { url, mayMakeFolder = false }: { url: string | undefined; mayMakeFolder?: boolean },
): Promise<Keys> => {
  const taken = await takeStorage(config, { url, mayMakeFolder })
  return taken === null ? behindService(config, url) : onStorage(taken, config)
}
