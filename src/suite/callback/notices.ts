/** Notices about callbacks that were accepted, each given once. */
import type { Logger } from '../../log'
import type { Message } from '../../wecom/callback/message'

/** As much of a URL as a notice names. */
interface Place {
  readonly url: string
  readonly suite: { readonly key: string } | null
  readonly pathCorpid: string | null
}

export interface CallbackNotices {
  /** Any URL of a suite takes any kind; the unusual one is noted, in case it is a slip. */
  unusualUrl(at: Place, message: Message): void
  /** WeCom's documents leave open which id it seals for on the URL of one company. */
  receiver(at: Place, receiveId: string): void
}

/** The notices given so far: what outlives a change of settings. */
export type GivenNotices = Set<string>

/** There may be very many companies: from here on nothing new is noted. */
const mostRemembered = 10_000

export const createCallbackNotices = (log: Logger, given: GivenNotices): CallbackNotices => {
  const isNew = (name: string): boolean => {
    if (given.has(name) || given.size >= mostRemembered) return false
    given.add(name)
    return true
  }

  return {
    unusualUrl({ url, suite }, { kind, type }) {
      // Some commands have their usual place on the data URL (document 96103).
      const usual = kind === url || url === 'company' || (url === 'data' && kind === 'command')
      if (usual || !isNew(`${url} ${suite?.key} ${kind}`)) return
      log.warn('a message came to an unusual URL and was taken; check the URLs in the console', {
        url,
        suite: suite?.key,
        kind,
        type,
      })
    },

    receiver({ url, suite, pathCorpid }, receiveId) {
      if (url !== 'company' || !isNew(`${suite?.key} ${pathCorpid} ${receiveId}`)) return
      log.info('a message came to the URL of one company', {
        url,
        suite: suite?.key,
        corpid: pathCorpid,
        receiveId,
      })
    },
  }
}
