/** Lists of companies that were installed before suited, as JSON lines or CSV. Pure. */
import { fail, type Result, ServiceError, succeed } from '../../errors'
import { isJsonObject } from '../../json-object'
import { parseEncodingAesKey } from '../../wecom/callback/crypto'
import { readCorpSite } from '../corp-site'
import type { ListedCorp } from '../install/import-corp'
import { rowsOfCsv } from './csv-rows'

/** A company's entry, or what is wrong with it; no value of it is repeated but its corpid. */
export type CorpEntry = Result<
  ListedCorp,
  { readonly corpid: string | null; readonly problem: string }
>

type Fields = Readonly<Record<string, unknown>>

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''

/** In CSV hosts stand in one cell, with commas. */
const hostsOf = (value: unknown): string | string[] =>
  Array.isArray(value) ? value.map(textOf) : textOf(value)

type Pair = NonNullable<ListedCorp['callbackPair']>

/** The company's own callback pair; null where the entry has none. */
const pairOf = (fields: Fields): Result<Pair | null, string> => {
  const token = textOf(fields.callbacktoken)
  const encodingAesKey = textOf(fields.callbackencodingaeskey)
  if (token === '' && encodingAesKey === '') return succeed(null)
  if (!/^[A-Za-z0-9]{1,32}$/.test(token)) {
    return fail('callbackToken must be 1 to 32 letters and digits, as its EncodingAESKey is given')
  }
  if (parseEncodingAesKey(encodingAesKey) === null) {
    return fail('callbackEncodingAesKey must be 43 letters and digits, as its Token is given')
  }
  return succeed({ token, encodingAesKey })
}

/**
 * What one entry says, its names in lower case without marks: `permanent_code` is `permanentcode`.
 */
const corpOf = (fields: Fields): CorpEntry => {
  const corpid = textOf(fields.corpid)
  const permanentCode = textOf(fields.permanentcode)
  const agentid = textOf(fields.agentid)
  const wrong = (problem: string) => fail({ corpid: corpid.slice(0, 64) || null, problem })
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(corpid)) {
    return wrong('corpid must be 1 to 64 letters, digits, "_" or "-"')
  }
  if (!/^\S{1,512}$/.test(permanentCode)) return wrong('permanentCode is missing or no code')
  if (!/^\d{0,15}$/.test(agentid)) return wrong('agentid must be a whole number')
  const callbackPair = pairOf(fields)
  if (!callbackPair.ok) return wrong(callbackPair.reason)
  const site = readCorpSite({
    publicUrl: textOf(fields.publicurl),
    trustedDomains: hostsOf(fields.trusteddomains),
  })
  if (!site.ok) return wrong(`${site.reason.field} ${site.reason.problem}`)
  return succeed({
    corpid,
    permanentCode,
    suite: textOf(fields.suite) || undefined,
    agentid: agentid === '' ? undefined : Number(agentid),
    name: textOf(fields.name) || undefined,
    ...(callbackPair.value && { callbackPair: callbackPair.value }),
    ...(site.value && { site: site.value }),
  })
}

const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

const withPlainNames = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [plainName(name), value]))

/** An entry out of the JSON of its line. */
export const corpOfJson = (json: unknown): CorpEntry =>
  isJsonObject(json)
    ? corpOf(withPlainNames(json))
    : fail({ corpid: null, problem: 'it is not a JSON object' })

export interface NumberedCorp {
  /** The line on which it begins, from 1. */
  readonly number: number
  readonly corp: CorpEntry
}

/**
 * The entries of a CSV text with a header row: `corpid` and `permanentCode`, and if there are any
 * `suite`, `agentid`, `name`, `callbackToken`, `callbackEncodingAesKey`, `publicUrl`,
 * `trustedDomains`; other columns are passed over.
 *
 * @throws {ServiceError} invalid_request — a column is missing, or a quote stands where none may
 */
export const corpsInCsv = (text: string): NumberedCorp[] => {
  const [head, ...rows] = rowsOfCsv(text)
  const names = head?.cells.map(plainName) ?? []
  if (!names.includes('corpid') || !names.includes('permanentcode')) {
    throw new ServiceError(
      'invalid_request',
      'This is neither an export, nor JSON lines, nor CSV with a header row that names corpid and permanentCode.',
    )
  }
  return rows.map(({ number, cells }) => ({
    number,
    corp: corpOf(Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']))),
  }))
}
