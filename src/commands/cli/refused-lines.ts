/**
 * Refused callbacks as lines for a person: those that are WeCom's or look like it, the latest
 * first. Pure.
 */
import { hourMs } from '../../clock'
import { counted, inShort } from '../../wording'
import { dim, yellow } from './terminal'

/** An item of `GET /api/refused-callbacks`. */
export interface RefusedCallbackItem {
  readonly standing: 'signed' | 'like_wecom' | 'other'
  readonly kind: 'check' | 'push'
  readonly url: string
  readonly lastAddress: string | null
  readonly count: number
  /** Epoch milliseconds. */
  readonly lastAt: number
  readonly detail: string
  readonly cure: string
}

const mostShown = 5
const shownForMs = hourMs

const lineOf = (item: RefusedCallbackItem, now: number): string => {
  const { standing, kind, url, lastAddress, count, lastAt, detail } = item
  const what = kind === 'check' ? counted(count, 'URL check') : counted(count, 'push', 'pushes')
  const whose = standing === 'signed' ? 'signed by WeCom' : 'like WeCom’s'
  const from = lastAddress === null ? '' : ` from ${lastAddress}`
  return `  ${yellow('○')} ${what} ${whose} at ${url}, last ${inShort(now - lastAt)} ago${from}: ${detail}`
}

/** @param now epoch milliseconds */
export const refusedLines = (items: readonly RefusedCallbackItem[], now: number): string[] =>
  items
    .filter(({ standing, lastAt }) => standing !== 'other' && now - lastAt < shownForMs)
    .toSorted((a, b) => b.lastAt - a.lastAt)
    .slice(0, mostShown)
    .flatMap((item) => [lineOf(item, now), `    ${dim(item.cure)}`])
