/** The search for an install that came before a cancel_auth and may be of the company that left. */
import { minuteMs } from '../../clock'
import type { EventLog } from '../../store/event-log'
import type { EventRecord } from '../../store/event-record'
import { authCodeEventTypes } from '../install/auth-code'
import type { HeldCodes } from '../install/held-codes'

/** Processes date what they receive by clocks that may differ so much. */
const clocksDifferMs = 5 * minuteMs

/**
 * Whether an install that came before is not exchanged yet, or its permanent code has not landed:
 * its company may be the one that left.
 */
export type FollowsOpenInstall = (cancelAuth: EventRecord) => Promise<boolean>

export const createFollowsOpenInstall = (parts: {
  eventLog: Pick<EventLog, 'list'>
  heldCodes: HeldCodes
}): FollowsOpenInstall => {
  const { eventLog, heldCodes } = parts
  const holdsCode = ({ id, pendingSecret }: EventRecord) =>
    pendingSecret !== null || heldCodes.has(id)

  return async ({ suiteId, corpid, receivedAt }) => {
    const mayBeIts = (install: EventRecord) =>
      install.receivedAt <= receivedAt + clocksDifferMs &&
      (install.corpid === null || (install.corpid === corpid && holdsCode(install)))
    let cursor: string | undefined
    do {
      const query = { types: authCodeEventTypes, status: 'pending', limit: 200 } as const
      const page = await eventLog.list({ ...query, suiteId: suiteId ?? undefined, cursor })
      if (page.items.some(mayBeIts)) return true
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    return false
  }
}
