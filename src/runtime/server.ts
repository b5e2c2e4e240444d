/**
 * The service as it runs: its listeners, and the instance behind them that a change of settings
 * replaces while they stay open.
 */
import {
  type Answer,
  answerOf,
  answerOfRoutes,
  answerOfSdks,
  createApp,
  createOperatorApp,
  createPublicApp,
} from '../app'
import { secondMs, systemClock } from '../clock'
import type { Config } from '../config/config'
import { isProxied } from '../http/proxy/proxy-address'
import { createRemoteAddresses } from '../http/request/remote-address'
import type { Logger } from '../log'
import { createProcessState } from '../service/ground/process-state'
import { followReplicas } from '../service/replicas/follow-replicas'
import type { Service } from '../service/service-parts'
import { logLostCodes } from '../suite/install/held-code-warnings'
import { createInstance } from './instance'
import { type Listener, type ListenerParts, openOrGiveUp } from './listener'
import { settingsDigest } from './settings-digest'
import type { Storage } from './storage/storage'
import { readTlsFiles, tlsFilesOf } from './tls/tls-files'
import { createTlsState } from './tls/tls-state'
import { reloadTlsFiles, watchTls } from './tls/tls-watch'

export interface RunningServer {
  readonly origin: string
  /** Where operators have a listener of their own. */
  readonly adminOrigin: string | null
  /** Where existing SDKs have one. */
  readonly sdkOrigin: string | null
  readonly service: Service
  /** Goes on with other settings: a new instance on the same store; nothing that came is lost. */
  change(config: Config): Promise<void>
  /** Stops taking, finishes what was taken, closes; within ten seconds. */
  leave(): Promise<void>
}

/** What was taken is finished within this; promised are ten seconds for all of leaving. */
const finishWithinMs = 8 * secondMs
const closeWithinMs = 9.5 * secondMs

/**
 * Opens the listeners and starts the service behind them.
 *
 * @throws {StartFailure} an address can't be listened on, or a TLS file can't be used
 */
export const startServer = (config: Config, storage: Storage, log: Logger): RunningServer => {
  const { settings } = config
  const clockOwner = storage.shared === null ? 'this machine' : 'the database'
  const processState = createProcessState(storage.clock, clockOwner)
  const remoteAddresses = createRemoteAddresses()
  const tlsState = createTlsState(storage.clock.now)
  let sdkListener: Listener | null = null
  const sdkOrigin = () => sdkListener?.origin ?? null
  const instanceWith = (config: Config) => {
    const instance = createInstance({
      config,
      storage,
      log: storage.quiet(log),
      processState,
      remoteAddressOf: remoteAddresses.of,
      moreWarnings: tlsState.warnings,
      sdkOrigin,
    })
    if (storage.shared) {
      const settings = settingsDigest(config)
      storage.shared.life.tell(() => ({ settings, seen: instance.report() }))
    }
    return instance
  }
  let service = instanceWith(config)
  const separate = settings.SUITED_ADMIN_PORT !== null
  const tls = tlsFilesOf(settings)
  const https = tls !== null
  const publicAnswer = () => {
    const { appParts } = service
    return answerOf((separate ? createPublicApp : createApp)(appParts, https), appParts, https)
  }
  const operatorAnswer = (): Answer =>
    answerOfRoutes(createOperatorApp(service.appParts), service.appParts)
  const sdkAnswer = () => answerOfSdks(service.appParts, https)
  /** What an instance took after another one had replaced it is for that one to work on. */
  const onLate = () => service.lookForWork()
  const open = (parts: Omit<ListenerParts, 'log' | 'remoteAddresses' | 'onLate'>): Listener =>
    openOrGiveUp({ ...parts, log, remoteAddresses, onLate })
  const listener = open({
    answer: publicAnswer(),
    hostname: settings.SUITED_HOST,
    port: settings.SUITED_PORT,
    tls,
    isProxied,
  })
  const adminListener =
    settings.SUITED_ADMIN_PORT === null
      ? null
      : open({
          answer: operatorAnswer(),
          hostname: settings.SUITED_ADMIN_HOST ?? '127.0.0.1',
          port: settings.SUITED_ADMIN_PORT,
          tls: null,
          isProxied,
        })
  if (settings.SUITED_SDK_PORT !== null) {
    sdkListener = open({
      answer: sdkAnswer(),
      hostname: settings.SUITED_SDK_HOST ?? '127.0.0.1',
      port: settings.SUITED_SDK_PORT,
      tls,
      isProxied: () => true,
    })
  }
  const reloadTls = () => {
    listener.reloadTls()
    sdkListener?.reloadTls()
  }
  const watched = tls && { listener: { reloadTls }, files: tls, state: tlsState, log }
  if (tls) tlsState.use(readTlsFiles(tls).cert)
  const stopWatching = watched ? watchTls(watched) : () => undefined
  service.start()
  const following =
    storage.shared &&
    followReplicas({
      shared: storage.shared,
      ownReplica: () => service,
      clock: storage.clock,
      log: storage.quiet(log),
    })

  return {
    origin: listener.origin,
    adminOrigin: adminListener?.origin ?? null,
    sdkOrigin: sdkOrigin(),
    get service() {
      return service
    },
    async change(next) {
      const before = service
      service = instanceWith(next)
      listener.serve(publicAnswer())
      adminListener?.serve(operatorAnswer())
      sdkListener?.serve(sdkAnswer())
      // Two instances never work on the same event: a claim of one hides it from the other.
      service.start()
      if (watched) reloadTlsFiles(watched)
      await before.stop()
      // What that one could not write is for this one to write.
      service.lookForWork()
    },
    async leave() {
      service.leave()
      stopWatching()
      const late = systemClock.sleep(finishWithinMs)
      const tooLate = systemClock.sleep(closeWithinMs).then(() => 'too late')
      const stopped = [listener.stop(), adminListener?.stop(), sdkListener?.stop()]
      await Promise.race([Promise.all(stopped), late])
      await Promise.race([Promise.all([service.stop(), following?.stop()]), late])
      logLostCodes(processState.heldCodes, log)
      listener.stop(true)
      adminListener?.stop(true)
      sdkListener?.stop(true)
      if ((await Promise.race([storage.close(), tooLate])) === 'too late') {
        log.warn('the storage was too slow to be closed: the next start finishes that')
      }
    },
  }
}
