/** The limits of one client, as the settings have them. */
import type { Clock } from '../clock'
import type { Settings } from '../config/settings'
import { createAccess } from '../http/access/access'
import { createGuessLimit } from '../http/access/guess-limit'
import { createStrangerCodes } from '../http/pages/flow/stranger-codes'
import { createBodyBudget } from '../http/request/body-budget'
import { createClientFinder } from '../http/request/client-address'
import { type ClientOf, createRateLimit } from '../http/request/rate-limit'
import type { RemoteAddressOf } from '../http/request/remote-address'
import type { Logger } from '../log'
import type { ApiKeys } from '../suite/access/api-keys'
import type { ThrottledLog } from '../throttled-log'

/** A person meets one by a slow network; who tries codes is stopped before WeCom stops us. */
const refusedCodesPerMinute = 10
/** Each beginning of an installation costs two calls of WeCom's. */
const installsPerMinute = 30
/** An auth_code without a state of ours may be anybody's: of one address, and of all. */
const strangerCodesPerMinute = { ofAddress: 10, ofAll: 60 }

export const createClientLimits = (parts: {
  settings: Settings
  apiKeys: ApiKeys
  /** Where it answers null requests come over no network, and nobody is limited. */
  remoteAddressOf: RemoteAddressOf
  clock: Clock
  log: Logger
  throttledLog: ThrottledLog
}) => {
  const { settings, apiKeys, remoteAddressOf, clock, log, throttledLog } = parts
  const { SUITED_RATE_LIMIT: perMinute, SUITED_ADMIN_TOKEN: adminToken } = settings
  const clientBehind = createClientFinder(settings.SUITED_TRUSTED_PROXIES)
  const clientOf: ClientOf = (request) => {
    const address = remoteAddressOf(request)
    return address === null ? null : clientBehind(address, request.headers.get('x-forwarded-for'))
  }
  /** SUITED_RATE_LIMIT=0 turns these off too. */
  const limitOf = (most: number, what: string) =>
    createRateLimit({ perMinute: perMinute === 0 ? 0 : most, what, clock, log })
  return {
    clientOf,
    bodyBudget: createBodyBudget({ clientOf }),
    pageLimit: createRateLimit({ perMinute, what: 'requests by pages', clock, log }),
    refusalLimit: createRateLimit({ perMinute, what: 'refused callbacks', clock, log }),
    refusedCodeLimit: limitOf(refusedCodesPerMinute, 'codes that WeCom doesn’t know'),
    installLimit: limitOf(installsPerMinute, 'installations begun'),
    strangerCodes: createStrangerCodes({
      limitOfAddress: limitOf(strangerCodesPerMinute.ofAddress, 'auth_codes without a state'),
      perMinute: strangerCodesPerMinute.ofAll,
      clock,
      log,
    }),
    access: createAccess({
      adminToken,
      apiKeys,
      guessLimit: createGuessLimit({ clock, throttledLog }),
      clientOf,
      clock,
    }),
  }
}
