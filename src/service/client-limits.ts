/** What one client may do, put together from the settings. */
import type { Clock } from '../clock'
import type { Settings } from '../config/settings'
import { createOperators } from '../http/request/admin-token'
import { createBodyBudget } from '../http/request/body-budget'
import { createClientFinder } from '../http/request/client-address'
import { type ClientOf, createClientLimit } from '../http/request/rate-limit'
import type { PeerOf } from '../http/request/remote-address'
import type { Logger } from '../log'
import type { RepeatedLines } from '../log-throttle'

export const createClientLimits = (parts: {
  settings: Settings
  /** Without it requests come over no network, and nobody is limited. */
  peerOf?: PeerOf | undefined
  clock: Clock
  log: Logger
  repeated: RepeatedLines
}) => {
  const { settings, peerOf = () => null } = parts
  const perMinute = settings.SUITED_RATE_LIMIT
  const clientBehind = createClientFinder(settings.SUITED_TRUSTED_PROXIES)
  const clientOf: ClientOf = (request) => {
    const peer = peerOf(request)
    return peer === null ? null : clientBehind(peer, request.headers.get('x-forwarded-for'))
  }
  return {
    clientOf,
    bodyBudget: createBodyBudget({ clientOf }),
    pageLimit: createClientLimit({ ...parts, perMinute, what: 'requests by pages' }),
    refusalLimit: createClientLimit({ ...parts, perMinute, what: 'refused callbacks' }),
    operators: createOperators({ ...parts, clientOf, adminToken: settings.SUITED_ADMIN_TOKEN }),
  }
}
