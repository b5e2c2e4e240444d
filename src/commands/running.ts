/**
 * The service as it runs: its listeners, and the instance behind them that a change of settings
 * replaces while they stay open.
 */
import { createOperatorApp, createPublicApp } from '../app'
import { secondMs, systemClock } from '../clock'
import type { Config } from '../config/config'
import type { Logger } from '../log'
import { createDomainFiles } from './domain-files'
import { exitCodes, giveUp } from './exit'
import { closeFolder, type Folder, freeBytesOf } from './folder'
import { type Listener, listenFailure, openListener } from './listener'
import { createRandom, newId } from './randomness'
import { createService, type Service } from './service'
import { takeNewTls, watchTls } from './tls-watch'
import { version } from './version'

export interface Running {
  readonly origin: string
  /** Where operators have a listener of their own. */
  readonly adminOrigin: string | null
  readonly service: Service
  /** Goes on with other settings: a new instance on the same store; nothing that came is lost. */
  change(config: Config): Promise<void>
  /** Stops taking, finishes what was taken, closes; within ten seconds. */
  leave(): Promise<void>
}

/** What was taken is finished within this; promised are ten seconds for all of leaving. */
const finishWithinMs = 8 * secondMs

/** A way to WeCom, through the operator's proxy if there is one. */
const fetchThrough = (proxy: string | null): typeof fetch => {
  if (proxy === null) return fetch
  const through = (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
    fetch(input, { ...init, proxy })
  return Object.assign(through, { preconnect: fetch.preconnect })
}

export const startRunning = (config: Config, folder: Folder, log: Logger): Running => {
  const { settings } = config
  const random = createRandom()

  const createInstance = (current: Config): Service =>
    createService({
      config: current,
      store: folder.store,
      eventLog: folder.eventLog,
      clock: systemClock,
      random,
      newId,
      fetch: fetchThrough(current.settings.WECOM_HTTP_PROXY),
      log,
      version,
      freeBytes: () => freeBytesOf(folder.dir),
      readDomainFile: createDomainFiles(current.settings.SUITED_DOMAIN_FILES ?? [], folder.dir),
    })

  let service = createInstance(config)
  const separate = settings.SUITED_ADMIN_PORT !== null
  const publicApp = () => (separate ? createPublicApp(service.appParts) : service.app)

  const tls =
    settings.SUITED_TLS_CERT !== null && settings.SUITED_TLS_KEY !== null
      ? { cert: settings.SUITED_TLS_CERT, key: settings.SUITED_TLS_KEY }
      : null
  const open = (parts: Omit<Parameters<typeof openListener>[0], 'log'>): Listener => {
    try {
      return openListener({ ...parts, log })
    } catch (error) {
      return giveUp(exitCodes.unavailable, listenFailure(parts, error))
    }
  }
  const listener = open({
    app: publicApp(),
    hostname: settings.SUITED_HOST,
    port: settings.SUITED_PORT,
    tls,
  })
  const adminListener =
    settings.SUITED_ADMIN_PORT === null
      ? null
      : open({
          app: createOperatorApp(service.appParts),
          hostname: settings.SUITED_ADMIN_HOST ?? '127.0.0.1',
          port: settings.SUITED_ADMIN_PORT,
          tls: null,
        })
  const stopWatching = tls ? watchTls(listener, tls, log) : () => undefined
  service.start()

  return {
    origin: listener.origin,
    adminOrigin: adminListener?.origin ?? null,
    get service() {
      return service
    },
    async change(next) {
      const before = service
      service = createInstance(next)
      listener.serve(publicApp())
      adminListener?.serve(createOperatorApp(service.appParts))
      // Two instances never work on the same event: a claim of one hides it from the other.
      service.start()
      if (tls) takeNewTls(listener, log)
      await before.stop()
    },
    async leave() {
      service.leave()
      stopWatching()
      const late = systemClock.sleep(finishWithinMs)
      await Promise.race([Promise.all([listener.stop(), adminListener?.stop()]), late])
      await Promise.race([service.stop(), late])
      listener.stop(true)
      adminListener?.stop(true)
      await Promise.race([closeFolder(folder), systemClock.sleep(secondMs)])
    },
  }
}
