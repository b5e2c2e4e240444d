/** What one client may do, put together from the settings. */
import type { Clock } from '../clock'
import type { Settings } from '../config/settings'
import { createBodyBudget } from '../http/body-budget'
import { createClientFinder } from '../http/client-address'
import { type ClientOf, createClientLimit } from '../http/client-limit'
import { createOperators } from '../http/operator'
import type { Logger } from '../log'
import type { RepeatedLines } from '../suite/repeated-lines'
import type { PeerOf } from './peers'

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
