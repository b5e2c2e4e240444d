/** Whether WeCom takes calls from our address. Pure. */
import { explain } from '../../../wecom/errcode/errcode'
import { type AddressHistory, calmMs } from '../refused-ip'
import { addressRefused } from '../waiting'
import { type Condition, type ConditionTypes, type Told, unknown } from './condition'

export const addressTypes: ConditionTypes = {
  begins: 'suited.ip_not_allowed',
  ends: 'suited.ip_allowed',
}

const errcode = 60020

/**
 * The first refusal counts at once, and until a call was taken and a minute went by without one.
 * Of a process that was never refused only what began after the refusal can say that it is over,
 * and nobody can while another replica is refused: each may have an address of its own.
 */
export const addressCondition = (found: {
  readonly history: AddressHistory | null
  readonly takenSince: number | null
  /** Whether another living process is refused. */
  readonly isRefusedElsewhere: boolean
  readonly told: Told | null
  /** When this process began. Epoch milliseconds. */
  readonly startedAt: number
  readonly now: number
}): Condition => {
  const { history, takenSince, isRefusedElsewhere, told, startedAt, now } = found
  if (history && (takenSince === null || now - history.lastRefusedAt < calmMs)) {
    const { address, refusedSince } = history
    const { detail, cure } = addressRefused(address)
    const cause = `${detail} ${explain(errcode, 'en')?.cause ?? ''}`.trim()
    return { state: 'on', since: refusedSince, details: { address, errcode, cause, cure } }
  }
  const isItsTurn = history !== null || (told !== null && startedAt > told.at)
  const mayTell = isItsTurn && !isRefusedElsewhere
  return takenSince !== null && mayTell ? { state: 'off', since: takenSince } : unknown
}
