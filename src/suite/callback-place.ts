/** The places that callbacks come to: which of our URLs, of which suite and company. Pure. */
import type { Suite, Suites } from './suites'

/** The URL that a callback came to, without what it needs to be opened. */
export interface CallbackPlace {
  readonly url: 'command' | 'data' | 'system' | 'company'
  /** The suite that the path means; null on the provider's URL, or if the path means none. */
  readonly suite: Suite | null
  readonly pathCorpid: string | null
  /** On the URL of one company: whether that company has a pair of its own here. */
  readonly hasOwnPair?: boolean
}

/** Of all data URLs, only a company's own says which company it is. */
export const placeOf = ({ url, suite, pathCorpid }: CallbackPlace): string =>
  `${url} ${suite?.key ?? ''}${url === 'company' ? ` ${pathCorpid}` : ''}`.trimEnd()

/**
 * The path to such a URL, as WeCom's console has it; the suite's name in it where there are
 * several.
 */
export const pathOf = ({ url, suite, pathCorpid }: CallbackPlace, suites: Suites): string => {
  if (url === 'system') return '/callback/system'
  const prefix = suite === null || suites.all.length === 1 ? '' : `/suites/${suite.key}`
  return url === 'company'
    ? `/suites/${suite?.key ?? '{suite}'}/corps/${pathCorpid ?? '{corpid}'}/callback`
    : `${prefix}/callback/${url}`
}
