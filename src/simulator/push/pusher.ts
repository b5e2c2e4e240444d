/** WeCom's side of the callbacks: all that it pushes, and the console in which URLs are saved. */

import { suiteNamed } from '../world/installations'
import type { PushResult } from './delivery'
import { type AuthorisationPusher, createAuthorisationPusher } from './push-authorisations'
import { createMessagePusher, type MessagePusher, type PushParts } from './push-messages'
import { createTicketPusher, type TicketPusher } from './push-tickets'

export interface CallbackUrls {
  readonly commandUrl?: string | undefined
  readonly dataUrl?: string | undefined
}

export interface Pusher extends MessagePusher, TicketPusher, AuthorisationPusher {
  /**
   * Saves callback URLs of a suite as WeCom's console does: each is checked first, and only one
   * whose check succeeds is saved.
   *
   * @returns the checks, one for each URL that was given
   * @throws {ServiceError} suite_not_found
   */
  saveUrls(
    suiteId: string,
    urls: CallbackUrls,
  ): Promise<Partial<Record<keyof CallbackUrls, PushResult>>>
  /** The same for the provider's 系统事件接收URL. */
  saveSystemUrl(url: string): Promise<PushResult>
}

export const createPusher = (parts: PushParts): Pusher => {
  const { world } = parts
  const messages = createMessagePusher(parts)
  return {
    ...messages,
    ...createTicketPusher(world, messages),
    ...createAuthorisationPusher(world, messages),

    saveUrls: async (suiteId, urls) => {
      const suite = suiteNamed(world, suiteId)
      const checks: Partial<Record<keyof CallbackUrls, PushResult>> = {}
      for (const kind of ['commandUrl', 'dataUrl'] as const) {
        const url = urls[kind]
        if (url === undefined) continue
        const check = await messages.checkUrl(suiteId, url)
        if (check.ok) suite[kind] = url
        checks[kind] = check
      }
      return checks
    },

    saveSystemUrl: async (url) => {
      const check = await messages.checkUrl('system', url)
      if (check.ok) world.provider.systemUrl = url
      return check
    },
  }
}
