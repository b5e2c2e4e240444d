/** The messages between the event log's thread and the main one: data alone, in batches. No I/O. */
import { type ErrorCode, ServiceError } from '../../../errors'
import type { LogFields, LogLevel } from '../../../log'
import type { EventLogDriver } from '../../driver/drivers'

export type Method = Exclude<keyof EventLogDriver, 'close'>

/** Every call of the ports, `close` apart. */
const named: Record<Method, true> = {
  append: true,
  claim: true,
  savePendingSecret: true,
  settle: true,
  listUndispatched: true,
  nextDispatchAt: true,
  dispatch: true,
  claimDeliveries: true,
  claimDelivery: true,
  settleDelivery: true,
  nextDeliveryAt: true,
  listEndpointStates: true,
  countDeliveries: true,
  setEndpointStatus: true,
  makeDeliveriesDue: true,
  setOrdered: true,
  dropDeliveries: true,
  forgetEndpoint: true,
  listAttempts: true,
  purgeAttempts: true,
  startReplay: true,
  getReplay: true,
  listRunningReplays: true,
  continueReplay: true,
  endReplay: true,
  retry: true,
  makeDueNow: true,
  get: true,
  list: true,
  listAfter: true,
  bounds: true,
  counts: true,
  nextDueAt: true,
  blankBodies: true,
  eraseCorp: true,
  purge: true,
  listUnfinished: true,
  listIdentities: true,
  restoreEvent: true,
  restoreIdentities: true,
  addFacts: true,
  listFacts: true,
  listAllFacts: true,
  purgeFacts: true,
  addAudit: true,
  listAudit: true,
  listAllAudit: true,
  restoreAudit: true,
  purgeAudit: true,
  putOnce: true,
  findOnce: true,
  takeOnce: true,
  purgeOnce: true,
  listKeptEvents: true,
  addKeptEvents: true,
  listKeptDeliveries: true,
  addKeptDeliveries: true,
  listKeptAttempts: true,
  addKeptAttempts: true,
  listKeptReplays: true,
  addKeptReplays: true,
  addEndpointStates: true,
  suspectCorp: true,
  listSuspectedDue: true,
  confirmSuspectedAt: true,
  giveUpSuspected: true,
  forgetSuspected: true,
  countSuspected: true,
  listGivenUp: true,
  raiseRevocationAlarm: true,
  endRevocationAlarm: true,
  listRevocationAlarms: true,
  lastDoneAt: true,
  noteDone: true,
  checkWritable: true,
}
export const methods = Object.keys(named) as Method[]

export interface Call {
  readonly id: number
  readonly method: Method | 'close'
  readonly given: readonly unknown[]
}

/** What was thrown, as data. */
export type Thrown =
  | {
      readonly code: ErrorCode
      readonly message: string
      readonly retryAfterSeconds: number | undefined
      readonly extra: Readonly<Record<string, unknown>>
      /** The failure below, as text. */
      readonly because: string | null
    }
  | { readonly code: null; readonly message: string }

/** What the thread reports, in the order in which it happened. */
export type Message =
  | { readonly kind: 'log'; level: LogLevel; message: string; fields: LogFields | undefined }
  | { readonly kind: 'opened' }
  /** The log could not be opened: no call will be answered. */
  | { readonly kind: 'refused'; readonly thrown: Thrown }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly thrown: Thrown }

const textOf = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)

export const asData = (error: unknown): Thrown => {
  if (!(error instanceof ServiceError)) return { code: null, message: textOf(error) }
  const { code, message, retryAfterSeconds, extra, cause } = error
  return { code, message, retryAfterSeconds, extra, because: cause ? textOf(cause) : null }
}

export const asError = (thrown: Thrown): Error => {
  if (thrown.code === null) return new Error(thrown.message)
  const { code, message, retryAfterSeconds, extra, because } = thrown
  return new ServiceError(code, message, {
    extra,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(because !== null && { cause: new Error(because) }),
  })
}
