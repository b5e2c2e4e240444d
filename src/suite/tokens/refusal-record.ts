/** A refusal as the store has it for other processes, and back. Pure. */
import type { RefusalRecord } from '../../store/token-record'
import { WecomFailure } from '../../wecom/api/failure'
import { reactionTo } from '../../wecom/errcode/errcode'
import type { Refusal } from './hold-off'

/**
 * What others have to know of a refusal; null if it concerns this process alone: its way to WeCom
 * failed, or its address is refused.
 */
export const recordOfRefusal = (refusal: Refusal): RefusalRecord | null => {
  const { error, attempts, refusedAt, holdOffUntil, ticketSeconds, wrongSecretAt } = refusal
  if (!(error instanceof WecomFailure) || error.errcode === null) return null
  if (reactionTo(error.errcode) === 'ip_not_allowed') return null
  const waitsForTicket = holdOffUntil === 'new ticket'
  if (waitsForTicket && ticketSeconds === undefined) return null
  return {
    errcode: error.errcode,
    path: error.path,
    errmsg: error.errmsg,
    attempts,
    refusedAt,
    holdOffUntil: waitsForTicket ? null : Math.round(holdOffUntil),
    ticketSeconds: ticketSeconds ?? null,
    wrongSecretAt: [...wrongSecretAt],
  }
}

export const refusalOf = (record: RefusalRecord): Refusal => {
  const { errcode, path, errmsg, holdOffUntil, ...rest } = record
  const error = new WecomFailure('errcode', path, { errcode, ...(errmsg !== null && { errmsg }) })
  return { ...rest, since: rest.refusedAt, error, holdOffUntil: holdOffUntil ?? 'new ticket' }
}
