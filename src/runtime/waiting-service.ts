/**
 * A service whose database is not there yet: it lives, takes nothing, and says so where the whole
 * service will listen.
 */
import type { Answer } from '../app'
import type { Settings } from '../config/settings'
import { equalInConstantTime } from '../constant-time'
import { ServiceError } from '../errors'
import { problemResponse } from '../http/answer/problem'
import { createRemoteAddresses } from '../http/request/remote-address'
import type { Logger } from '../log'
import { openOrGiveUp } from './listener'
import type { WaitingService } from './storage/database-storage'
import { tlsFilesOf } from './tls/tls-files'

type ListeningSettings = Pick<
  Settings,
  | 'SUITED_HOST'
  | 'SUITED_PORT'
  | 'SUITED_ADMIN_HOST'
  | 'SUITED_ADMIN_PORT'
  | 'SUITED_ADMIN_TOKEN'
  | 'SUITED_TLS_CERT'
  | 'SUITED_TLS_KEY'
>

const retryAfterSeconds = 10

/** @throws {StartFailure} an address can't be listened on, or a TLS file can't be used */
export const openWaitingService = (settings: ListeningSettings, log: Logger): WaitingService => {
  const { SUITED_ADMIN_PORT: adminPort, SUITED_ADMIN_TOKEN: token } = settings
  let told = ''

  const isOperators = ({ headers }: Request): boolean =>
    token !== null && equalInConstantTime(headers.get('authorization') ?? '', `Bearer ${token}`)

  const answerFor =
    (mayBeOperator: boolean): Answer =>
    (request) => {
      if (new URL(request.url).pathname === '/healthz') return Response.json({ status: 'alive' })
      const failure = new ServiceError('store_unavailable', told, { retryAfterSeconds })
      return problemResponse(failure, mayBeOperator && isOperators(request) ? 'operator' : 'anyone')
    }

  const open = (place: Pick<Parameters<typeof openOrGiveUp>[0], 'hostname' | 'port' | 'tls'>) =>
    openOrGiveUp({
      ...place,
      answer: answerFor(adminPort === null || place.port === adminPort),
      log,
      remoteAddresses: createRemoteAddresses(),
      isProxied: () => false,
      onLate: () => undefined,
    })

  const listener = open({
    hostname: settings.SUITED_HOST,
    port: settings.SUITED_PORT,
    tls: tlsFilesOf(settings),
  })
  const adminListener =
    adminPort === null
      ? null
      : open({ hostname: settings.SUITED_ADMIN_HOST ?? '127.0.0.1', port: adminPort, tls: null })
  return {
    origin: listener.origin,
    tell(detail) {
      told = detail
    },
    async stop() {
      await Promise.all([listener.stop(true), adminListener?.stop(true)])
    },
  }
}
