/** What a store is told while the power may go, and what must be true of it afterwards. */

import type { Logger } from '../../../../src/log'
import type { StoreDriver } from '../../../../src/store/driver/drivers'
import type { FileSystem } from '../../../../src/store/file/disk/file-system'
import { openFileStore } from '../../../../src/store/file/file-store'
import type { TokenKey } from '../../../../src/store/token-record'
import { freshBytes } from '../../../fresh-bytes'
import { createManualClock } from '../../../manual-clock'
import { startMs } from '../../conformance/bench'
import {
  apiKey,
  corp,
  saveInTurn,
  suiteId,
  suiteToken,
  ticket,
  token,
} from '../../conformance/records'
import type { Disk } from './power-cut-disk'

export type Step =
  | { readonly do: 'ticket'; readonly timeStampSeconds: number }
  | { readonly do: 'authorize' | 'rename' | 'cancel'; readonly corpid: string }
  | { readonly do: 'token'; readonly corpid: string | null }
  | { readonly do: 'rotate' | 'revoke' | 'use'; readonly key: number }
  | { readonly do: 'secret' }

/** Of an API key: the step that gave it its newest secret, and whether it is revoked. */
interface Key {
  readonly rotatedAt: number
  readonly revoked: boolean
}

interface Company {
  readonly permanentCode: string | null
  readonly name: string
}

/** What the store holds, as those know it who told it. */
export interface Expected {
  readonly ticketSeconds: number | null
  readonly companies: Readonly<Record<string, Company>>
  /** Secrets of authorisations that stand, by company. */
  readonly living: Readonly<Record<string, readonly string[]>>
  /** By number. */
  readonly keys: Readonly<Record<number, Key>>
  /** The step that brought the service's secret. */
  readonly secretOf: number | null
  /** Secrets that must be nowhere any more. */
  readonly erased: readonly string[]
}

export const nothing: Expected = {
  ticketSeconds: null,
  companies: {},
  living: {},
  keys: {},
  secretOf: null,
  erased: [],
}
export const dir = '/srv/suited/data'

/** Unlike any other text, and not the beginning of one. */
const secretOf = (kind: string, at: number) => `${kind}-${at}-secret`

/** What stands after a step; `at` is the step's number. */
export const expectedAfter = (before: Expected, step: Step, at: number): Expected => {
  if (step.do === 'ticket') {
    const ticketSeconds = Math.max(before.ticketSeconds ?? 0, step.timeStampSeconds)
    return { ...before, ticketSeconds }
  }
  if (step.do === 'secret') return { ...before, secretOf: before.secretOf ?? at }
  if ('key' in step) {
    const stored = before.keys[step.key]
    const { rotatedAt = at, revoked = false } = stored ?? {}
    if (step.do === 'use' || revoked) return before
    const next = step.do === 'revoke' ? { rotatedAt, revoked: true } : { rotatedAt: at, revoked }
    return { ...before, keys: { ...before.keys, [step.key]: next } }
  }
  const { corpid } = step
  const company = corpid === null ? undefined : before.companies[corpid]
  if (corpid === null || (step.do !== 'authorize' && !company?.permanentCode)) return before
  const secrets = before.living[corpid] ?? []
  const withCompany = (next: Company) => ({ ...before.companies, [corpid]: next })
  if (step.do === 'token') {
    const living = { ...before.living, [corpid]: [...secrets, secretOf('token', at)] }
    return { ...before, living }
  }
  if (step.do === 'rename') {
    return { ...before, companies: withCompany({ ...company!, name: `name ${at}` }) }
  }
  const permanentCode = step.do === 'authorize' ? secretOf('code', at) : null
  return {
    ...before,
    companies: withCompany({ permanentCode, name: company?.name ?? 'first name' }),
    living: { ...before.living, [corpid]: permanentCode === null ? [] : [permanentCode] },
    erased: [...before.erased, ...secrets],
  }
}

const perform = async (store: StoreDriver, step: Step, at: number): Promise<unknown> => {
  if (step.do === 'ticket') {
    return store.saveTicket(suiteId, ticket({ timeStampSeconds: step.timeStampSeconds }))
  }
  if (step.do === 'secret') return store.restoreServiceSecret(new Uint8Array(32).fill(at + 1))
  if ('key' in step) {
    const fresh = apiKey(step.key, { secrets: [{ hash: secretOf('hash', at), until: null }] })
    if (step.do === 'use')
      return store.addKeyUses([{ id: fresh.id, uses: 1, lastUsedAt: startMs }], crypto.randomUUID())
    return store.changeKey(fresh.id, (current) => {
      if (current?.revokedAt) return null
      if (step.do === 'revoke') return { ...(current ?? fresh), revokedAt: startMs }
      return { ...(current ?? fresh), secrets: fresh.secrets }
    })
  }
  const { corpid } = step
  if (step.do === 'token') {
    const key: TokenKey = corpid === null ? suiteToken : { suiteId, corpid, kind: 'access_token' }
    const { generation = 0 } = (await store.loadToken(key)) ?? {}
    const next = token({ value: secretOf('token', at), generation: generation + 1 })
    return saveInTurn(store, key, next, generation)
  }
  return store.changeCorp(suiteId, step.corpid, (current) => {
    if (step.do === 'authorize') {
      const name = current?.name ?? 'first name'
      return corp({ corpid: step.corpid, name, permanentCode: secretOf('code', at) })
    }
    if (!current?.permanentCode) return null
    if (step.do === 'rename') return { ...current, name: `name ${at}` }
    return { ...current, status: 'cancelled', permanentCode: null }
  })
}

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }

export const openOn = (fs: FileSystem): Promise<StoreDriver> =>
  openFileStore({ dir, freshBytes, clock: createManualClock(startMs), log: quiet, fs })

/**
 * Runs the steps from one on; resolves with how many were answered when all were, or the power
 * went.
 */
export const runSteps = async (disk: Disk, steps: readonly Step[], from = 0): Promise<number> => {
  const opened = await Promise.race([openOn(disk.fs), disk.gone])
  if (opened === 'gone') return from
  for (let at = from; at < steps.length; at++) {
    const outcome = await Promise.race([perform(opened, steps[at]!, at), disk.gone])
    if (outcome === 'gone') return at
  }
  return steps.length
}

/**
 * Where a disk breaks the word that was given: `before`, or with the step that was under way,
 * `after`.
 */
export const brokenWords = async (
  disk: Disk,
  before: Expected,
  after: Expected,
): Promise<string[]> => {
  const broken: string[] = []
  const say = (isSo: boolean, what: string) => {
    if (!isSo) broken.push(what)
  }
  const store = await openOn(disk.fs)
  const among = (value: unknown, ...allowed: unknown[]) =>
    allowed.some((one) => Bun.deepEquals(value, one))

  const suite = await store.loadSuite(suiteId).catch(() => 'damaged' as const)
  const seconds = suite === 'damaged' ? suite : (suite?.ticket?.timeStampSeconds ?? null)
  say(among(seconds, before.ticketSeconds, after.ticketSeconds), `the ticket is ${seconds}`)

  const corpids = new Set([...Object.keys(before.companies), ...Object.keys(after.companies)])
  for (const corpid of corpids) {
    const record = await store.loadCorp(suiteId, corpid).catch(() => 'damaged' as const)
    const found =
      record === 'damaged' || record === null
        ? (record ?? undefined)
        : { permanentCode: record.permanentCode, name: record.name }
    const allowed = [before.companies[corpid], after.companies[corpid]]
    say(among(found, ...allowed), `${corpid} is ${JSON.stringify(found)}`)
    const held = await store.loadToken({ suiteId, corpid, kind: 'access_token' }).catch(() => null)
    const fitting = [...(before.living[corpid] ?? []), ...(after.living[corpid] ?? [])]
    say(held === null || fitting.includes(held.value), `${corpid} has the token ${held?.value}`)
  }
  for (const number of [...Object.keys(before.keys), ...Object.keys(after.keys)].map(Number)) {
    const record = await store.loadKey(apiKey(number).id).catch(() => 'damaged' as const)
    const found =
      record === 'damaged' || record === null
        ? (record ?? undefined)
        : { hash: record.secrets[0]?.hash, revoked: record.revokedAt !== null }
    const allowed = [before.keys[number], after.keys[number]].map(
      (key) => key && { hash: secretOf('hash', key.rotatedAt), revoked: key.revoked },
    )
    say(among(found, ...allowed), `key ${number} is ${JSON.stringify(found)}`)
  }
  const secret = await store.loadServiceSecret().catch(() => 'damaged' as const)
  const from = secret === 'damaged' || secret === null ? secret : secret[0]! - 1
  say(among(from, before.secretOf, after.secretOf), `the service's secret is of step ${from}`)

  for (const [path, text] of disk.files()) {
    for (const secret of before.erased) say(!text.includes(secret), `${secret} stands in ${path}`)
  }
  await store.close()
  return broken
}
