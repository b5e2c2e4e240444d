/** What a store is told while the power may go, and what must be true of it afterwards. */

import type { Logger } from '../../../../src/log'
import type { FileSystem } from '../../../../src/store/file/disk/file-system'
import { openFileStore } from '../../../../src/store/file/file-store'
import type { Store } from '../../../../src/store/store'
import type { TokenKey } from '../../../../src/store/token-record'
import { freshBytes } from '../../../fresh-bytes'
import { createManualClock } from '../../../manual-clock'
import { startMs } from '../../conformance/bench'
import { corp, saveInTurn, suiteId, suiteToken, ticket, token } from '../../conformance/records'
import type { Disk } from './power-cut-disk'

export type Step =
  | { readonly do: 'ticket'; readonly timeStampSeconds: number }
  | { readonly do: 'authorize' | 'rename' | 'cancel'; readonly corpid: string }
  | { readonly do: 'token'; readonly corpid: string | null }

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
  /** Secrets that must be nowhere any more. */
  readonly erased: readonly string[]
}

export const nothing: Expected = { ticketSeconds: null, companies: {}, living: {}, erased: [] }
export const dir = '/srv/suited/data'

/** Unlike any other text, and not the beginning of one. */
const secretOf = (kind: string, at: number) => `${kind}-${at}-secret`

/** What stands after a step; `at` is the step's number. */
export const expectedAfter = (before: Expected, step: Step, at: number): Expected => {
  if (step.do === 'ticket') {
    const ticketSeconds = Math.max(before.ticketSeconds ?? 0, step.timeStampSeconds)
    return { ...before, ticketSeconds }
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

const perform = async (store: Store, step: Step, at: number): Promise<unknown> => {
  if (step.do === 'ticket') {
    return store.saveTicket(suiteId, ticket({ timeStampSeconds: step.timeStampSeconds }))
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

export const openOn = (fs: FileSystem): Promise<Store> =>
  openFileStore({ dir, freshBytes, clock: createManualClock(startMs), log: quiet, fs })

/** Runs the steps from one on; resolves with how many were answered when all were, or the power went. */
export const runSteps = async (disk: Disk, steps: readonly Step[], from = 0): Promise<number> => {
  const opened = await Promise.race([openOn(disk.fs), disk.gone])
  if (opened === 'gone') return from
  for (let at = from; at < steps.length; at++) {
    const outcome = await Promise.race([perform(opened, steps[at]!, at), disk.gone])
    if (outcome === 'gone') return at
  }
  return steps.length
}

/** Where a disk breaks the word that was given: `before`, or with the step that was under way, `after`. */
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
  for (const [path, text] of disk.files()) {
    for (const secret of before.erased) say(!text.includes(secret), `${secret} stands in ${path}`)
  }
  await store.close()
  return broken
}
