/**
 * The table of event types and what suited itself does about each; all others are kept for whoever
 * asks.
 */
import { unreadType } from '../events/unread-type'
import type { Work } from '../events/worker'
import { authCodeEventTypes } from '../suite/install/auth-code'
import type { CorpServices } from './corps'

export const createEventActions = (
  services: Pick<
    CorpServices,
    'install' | 'changeAuth' | 'cancellation' | 'admins' | 'recheckSchedule' | 'licensing'
  >,
  reread: Work,
): Record<string, Work> => {
  const { install, changeAuth, cancellation, admins, recheckSchedule, licensing } = services
  return {
    ...Object.fromEntries(authCodeEventTypes.map((type) => [type, install])),
    async change_auth(event) {
      const { suiteId, corpid } = event
      if (suiteId && corpid) await recheckSchedule.recheckIfUnserved(suiteId, corpid)
      return changeAuth(event)
    },
    cancel_auth: cancellation.cancel,
    'event.change_app_admin': admins.readAgain,
    'event.close_inactive_agent': recheckSchedule.recheckNow,
    'event.reopen_inactive_agent': recheckSchedule.recheckNow,
    'event.unlicensed_notify': licensing.count,
    [unreadType]: reread,
  }
}
