/**
 * An endpoint as it is asked for, judged and made a record. Pure but for the chance that it is
 * given.
 */

import type { Result } from '../../errors'
import { ServiceError } from '../../errors'
import type { EndpointRecord } from '../../store/endpoints'
import { parseEncodingAesKey } from '../../wecom/callback/crypto'
import { judgeEndpointUrl } from '../send/endpoint-url'
import { judgeSecret } from '../send/signing-secret'
import {
  judgeCorps,
  judgeEndpointName,
  judgeHeaders,
  judgeSuites,
  judgeTypes,
} from './endpoint-fields'

export interface EndpointRequest {
  readonly name: string
  readonly url: string
  readonly types?: string[] | null
  readonly suites?: string[] | null
  readonly corps?: string[] | null
  readonly order?: 'none' | 'corp'
  readonly format?: 'standard' | 'wecom'
  readonly replies?: boolean
  readonly private?: boolean
  readonly maxPerSecond?: number | null
  readonly concurrency?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly secret?: string
  readonly token?: string
  readonly encodingAesKey?: string
}

/** What is shown once: the secret, or the pair. */
export type Shown =
  | { readonly secret: string }
  | { readonly token: string; readonly encodingAesKey: string }

export interface Fresh {
  secret(): string
  freshBytes(count: number): Uint8Array
}

const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Each character of 62 nearly alike: 43 of them hold 256 bits. */
const characters = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => lettersAndDigits[byte % lettersAndDigits.length]).join('')

/** A callback pair as WeCom's console would make one. */
export const freshPair = (freshBytes: Fresh['freshBytes']) => ({
  token: characters(freshBytes(32)),
  encodingAesKey: characters(freshBytes(43)),
})

/** The newest of an endpoint. */
export const shownSecret = ({ signing }: EndpointRecord): Shown => {
  if (signing.format === 'standard') return { secret: signing.secrets[0]?.secret ?? '' }
  const { token = '', encodingAesKey = '' } = signing.pairs[0] ?? {}
  return { token, encodingAesKey }
}

type FieldFault = { readonly field: string; readonly message: string }

const signingOf = (
  request: EndpointRequest,
  current: EndpointRecord | null,
  fresh: Fresh,
  fault: (field: string, message: string) => void,
): EndpointRecord['signing'] => {
  const format = request.format ?? current?.signing.format ?? 'standard'
  if (current && current.signing.format !== format) {
    fault('format', 'can’t be changed: make another endpoint')
  }
  if (format === 'standard') {
    for (const field of ['token', 'encodingAesKey'] as const) {
      if (request[field] !== undefined) fault(field, 'is for the format wecom alone')
    }
    if (request.secret === undefined && current) return current.signing
    if (request.secret !== undefined) {
      const judged = judgeSecret(request.secret)
      if (!judged.ok) fault('secret', judged.reason)
    }
    return { format, secrets: [{ secret: request.secret ?? fresh.secret(), until: null }] }
  }
  if (request.secret !== undefined) fault('secret', 'is for the format standard alone')
  const { token, encodingAesKey } = request
  if (token === undefined && encodingAesKey === undefined && current) return current.signing
  if ((token === undefined) !== (encodingAesKey === undefined)) {
    fault(token === undefined ? 'token' : 'encodingAesKey', 'is missing: they go together')
  }
  if (token !== undefined && !/^[A-Za-z0-9]{1,32}$/.test(token)) {
    fault('token', 'must be 1 to 32 letters and digits')
  }
  if (encodingAesKey !== undefined && parseEncodingAesKey(encodingAesKey) === null) {
    fault('encodingAesKey', 'must be 43 letters and digits')
  }
  const pair =
    token !== undefined && encodingAesKey !== undefined
      ? { token, encodingAesKey }
      : freshPair(fresh.freshBytes)
  return { format, pairs: [{ ...pair, until: null }] }
}

/**
 * The record of an endpoint as it is asked for: what is not given stays, or has its default.
 *
 * @param current the record that is changed; null for a new one
 * @throws {ServiceError} invalid_request, with all fields that are wrong
 */
export const checkedEndpoint = (
  request: EndpointRequest,
  current: EndpointRecord | null,
  suiteKeys: readonly string[],
  fresh: Fresh,
  now: number,
  defaultConcurrency: number,
): EndpointRecord => {
  const errors: FieldFault[] = []
  const fault = (field: string, message: string) => void errors.push({ field, message })
  const judged = <T>(field: string, result: Result<T, string>, otherwise: T): T => {
    if (result.ok) return result.value
    fault(field, result.reason)
    return otherwise
  }
  const list = (
    field: 'types' | 'suites' | 'corps',
    judge: (given: readonly string[]) => Result<string[], string>,
  ): string[] | null => {
    const given = request[field]
    if (given === undefined) return current?.[field] ?? null
    return given === null ? null : judged(field, judge(given), [])
  }
  const mayBePrivate = request.private ?? current?.private ?? false
  const url = request.url ?? current?.url ?? ''
  const record: EndpointRecord = {
    version: 1,
    name: judged('name', judgeEndpointName(request.name), request.name),
    url: judged('url', judgeEndpointUrl(url, mayBePrivate ? 'private' : 'public'), url),
    signing: signingOf(request, current, fresh, fault),
    types: list('types', judgeTypes),
    suites: list('suites', (given) => judgeSuites(given, suiteKeys)),
    corps: list('corps', judgeCorps),
    order: request.order ?? current?.order ?? 'none',
    replies: request.replies ?? current?.replies ?? false,
    private: mayBePrivate,
    maxPerSecond:
      request.maxPerSecond === undefined ? (current?.maxPerSecond ?? null) : request.maxPerSecond,
    concurrency: request.concurrency ?? current?.concurrency ?? defaultConcurrency,
    headers:
      request.headers === undefined
        ? (current?.headers ?? {})
        : judged('headers', judgeHeaders(request.headers), {}),
    createdAt: current?.createdAt ?? now,
  }
  if (record.replies && record.signing.format === 'wecom') {
    fault('replies', 'is for the format standard alone')
  }
  if (errors.length > 0) {
    const told = errors.map(({ field, message }) => `${field} ${message}`).join('; ')
    throw new ServiceError('invalid_request', `The endpoint can’t be made so: ${told}.`, {
      extra: { errors },
    })
  }
  return record
}
