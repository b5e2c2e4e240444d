/** Our own address as browsers and WeCom see it, for one suite and one company. Pure. */
import { ServiceError } from '../../../errors'
import type { CorpRecord } from '../../../store/store'
import type { Suite, Suites } from '../../suites'

export interface OwnAddress {
  /** The public URL, or that of the company: without a slash at its end. */
  readonly base: string
  /** What stands before a route of the suite: nothing where there is only one. */
  readonly prefix: string
}

/**
 * @param publicUrl SUITED_PUBLIC_URL
 * @param corp the company, whose site may have an address of its own
 * @throws {ServiceError} public_url_missing
 */
export const ownAddressOf = (
  suites: Pick<Suites, 'all'>,
  suite: Suite,
  publicUrl: string | null,
  corp: CorpRecord | null,
): OwnAddress => {
  const base = corp?.site?.publicUrl ?? publicUrl
  if (base === null) {
    throw new ServiceError(
      'public_url_missing',
      'Set SUITED_PUBLIC_URL: the address by which WeCom and browsers reach suited.',
    )
  }
  return { base, prefix: suites.all.length > 1 ? `/suites/${suite.key}` : '' }
}

/** An address of ours with the parameters that are given. */
export const ownLink = (
  { base, prefix }: OwnAddress,
  path: string,
  query: Readonly<Record<string, string | null | undefined>>,
): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  return `${base}${prefix}${path}${given.length === 0 ? '' : `?${given.join('&')}`}`
}
