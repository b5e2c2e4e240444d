/** What an errcode of WeCom's means, in headers beside an answer that stays as it is. Pure. */
import { minuteMs, secondMs } from '../../clock'
import { explain, reactionTo } from '../../wecom/errcode/errcode'

/** WeCom's own page about one errcode. */
const pageOf = (errcode: number): string =>
  `https://open.work.weixin.qq.com/devtool/query?e=${errcode}`

/** The codes for too many calls that ask for no reaction of our own but are limits all the same. */
const limits: readonly number[] = [45009, 45011, 45033]

const shortestSeconds = 1
const longestSeconds = 3600
/** The shortest of WeCom's windows. */
const defaultSeconds = minuteMs / secondMs

const plainOf: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
}

/**
 * A sentence as a header may hold it: RFC 9110 has ASCII alone. The Chinese names of fields in
 * WeCom's console are left out.
 */
const asciiOf = (text: string): string =>
  text
    .replace(/[‘’“”–—…]/g, (character) => plainOf[character] ?? '')
    .replace(/[^\x20-\x7e]+(?: *[^\x20-\x7e]+)*/g, ' ')
    .replace(/ +/g, ' ')
    .replace(/ ([,.;:])/g, '$1')
    .trim()

/** When a caller that met a limit may come again, in seconds; null where that isn't what it met. */
const retryAfterSeconds = (errcode: number, told: string | null): number | null => {
  if (!limits.includes(errcode) && reactionTo(errcode) !== 'wait_for_window') return null
  const seconds = told !== null && /^\d{1,9}$/.test(told) ? Number(told) : defaultSeconds
  return Math.min(longestSeconds, Math.max(shortestSeconds, seconds))
}

/**
 * The headers that explain an errcode; none for a success.
 *
 * @param told WeCom's own Retry-After, if it has one
 */
export const errcodeHeaders = (
  errcode: number | null,
  told: string | null,
): Readonly<Record<string, string>> => {
  if (errcode === null || errcode === 0) return {}
  const known = explain(errcode, 'en')
  const seconds = retryAfterSeconds(errcode, told)
  const cure = known ? `${asciiOf(known.cure)} ` : ''
  return {
    'suited-errcode': String(errcode),
    ...(known && { 'suited-cause': asciiOf(`${known.meaning}. ${known.cause}`) }),
    'suited-cure': `${cure}See ${pageOf(errcode)}`,
    ...(seconds !== null && { 'retry-after': String(seconds) }),
  }
}
