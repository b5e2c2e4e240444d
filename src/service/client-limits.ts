/** What one client may do, put together from the settings. */
import type { Clock } from '../clock'
import type { Settings } from '../config/settings'
import { createAdminTokenCheck } from '../http/request/admin-token'
import { createBodyBudget } from '../http/request/body-budget'
import { createClientFinder } from '../http/request/client-address'
import { type ClientOf, createRateLimit } from '../http/request/rate-limit'
import type { RemoteAddressOf } from '../http/request/remote-address'
import type { Logger } from '../log'
import type { RepeatedLines } from '../log-throttle'

export const createClientLimits = (parts: {
  settings: Settings
  /** Without it requests come over no network, and nobody is limited. */
  remoteAddressOf?: RemoteAddressOf | undefined
  clock: Clock
  log: Logger
  repeated: RepeatedLines
}) => {
  const { settings, remoteAddressOf = () => null } = parts
  const perMinute = settings.SUITED_RATE_LIMIT
  const clientBehind = createClientFinder(settings.SUITED_TRUSTED_PROXIES)
  const clientOf: ClientOf = (request) => {
    const address = remoteAddressOf(request)
    return address === null ? null : clientBehind(address, request.headers.get('x-forwarded-for'))
  }
  return {
    clientOf,
    bodyBudget: createBodyBudget({ clientOf }),
    pageLimit: createRateLimit({ ...parts, perMinute, what: 'requests by pages' }),
    refusalLimit: createRateLimit({ ...parts, perMinute, what: 'refused callbacks' }),
    adminTokenCheck: createAdminTokenCheck({
      ...parts,
      clientOf,
      adminToken: settings.SUITED_ADMIN_TOKEN,
    }),
  }
}
