/** `suited serve`: the service on its port, with its state in its folder. */
import { join } from 'node:path'
import { defineCommand } from 'citty'
import { secondMs, systemClock } from '../clock'
import type { Config } from '../config/config'
import { reasonOf } from '../errors'
import { asServiceError, problemResponse } from '../http/problem'
import { createLogger, type Logger } from '../log'
import { openFileStore } from '../store/file/file-store'
import { FolderLocked, lockFolder } from '../store/file/folder-lock'
import { openSqliteEventLog } from '../store/sql/sqlite-event-log'
import { exitCodes, giveUp } from './exit'
import { createRandom, newId } from './randomness'
import { createService, type Service } from './service'
import { loadConfig, settingFlags } from './settings'
import { refuseUnknownFlags } from './strict-flags'
import { version } from './version'

const largestRequestBytes = 2 * 1024 * 1024
/** What was taken is finished within this; promised are 10 seconds for all of leaving. */
const finishWithinMs = 8 * secondMs

export const loggerFor = ({ settings }: Config): Logger =>
  createLogger({
    level: settings.SUITED_LOG_LEVEL,
    format: settings.SUITED_LOG_FORMAT ?? (process.stderr.isTTY ? 'pretty' : 'json'),
    now: Date.now,
    write: (line) => process.stderr.write(`${line}\n`),
  })

const local = /^(127\.|::1$|localhost$)/

/** What is allowed and still deserves a word. */
const warningsFor = ({ settings, warnings }: Config): string[] => {
  const said = [...warnings]
  if (settings.SUITED_ADMIN_TOKEN === null) {
    said.push('SUITED_ADMIN_TOKEN is not set: /api is closed. suited keygen makes one.')
  }
  if (settings.SUITED_TRUSTED_DOMAINS === null) {
    said.push('SUITED_TRUSTED_DOMAINS is not set: /sign signs for pages on any host.')
  }
  const behindProxy = settings.SUITED_PUBLIC_URL?.startsWith('https://') ?? false
  if (!local.test(settings.SUITED_HOST) && !behindProxy) {
    said.push(
      'This listener is not local and has no TLS: put a proxy with TLS in front, and set SUITED_PUBLIC_URL to its https address.',
    )
  }
  return said
}

const fetchThrough = (proxy: string | null): typeof fetch =>
  proxy === null
    ? fetch
    : (Object.assign(
        (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
          fetch(input, { ...init, proxy }),
        { preconnect: fetch.preconnect },
      ) as typeof fetch)

/** Locks the folder and opens what lies in it, or ends the process saying why it can't. */
export const openFolder = async (dir: string, log: Logger) => {
  process.umask(0o077)
  try {
    const lock = await lockFolder(dir, { clock: systemClock })
    const store = await openFileStore({ dir, clock: systemClock, log })
    const eventLog = openSqliteEventLog({ path: join(dir, 'events.sqlite'), log })
    return { lock, store, eventLog }
  } catch (error) {
    if (error instanceof FolderLocked)
      return giveUp(
        exitCodes.folderInUse,
        `${error.message} One process owns a folder: stop that one, or choose another SUITED_DATA_DIR.`,
      )
    return giveUp(exitCodes.failed, `The data folder ${dir} can't be used: ${reasonOf(error)}`)
  }
}

/** Puts a service on its port. */
export const listen = ({ app }: Service, { settings }: Config, log: Logger) => {
  const { SUITED_HOST: host, SUITED_PORT: port } = settings
  try {
    app.listen({
      hostname: host,
      port,
      maxRequestBodySize: largestRequestBytes,
      reusePort: false,
      // In development Bun answers what nobody caught with a page that shows the source.
      development: false,
      error(error) {
        log.error('a request failed outside of the routes', { reason: reasonOf(error) })
        return problemResponse(asServiceError(error))
      },
    })
  } catch (error) {
    giveUp(exitCodes.unavailable, `suited can't listen on ${host}:${port}: ${reasonOf(error)}`)
  }
  const server = app.server
  if (!server) return giveUp(exitCodes.unavailable, `suited can't listen on ${host}:${port}.`)
  return server
}

export default defineCommand({
  meta: { name: 'serve', description: 'The service. Settings come from flags, environment, file.' },
  args: settingFlags,
  async run({ args, rawArgs }) {
    refuseUnknownFlags(rawArgs, settingFlags)
    const given = loadConfig(args as Record<string, string | undefined>)
    const config = { ...given, warnings: warningsFor(given) }
    const { settings } = config
    const log = loggerFor(config)
    const folder = settings.SUITED_DATA_DIR
    const { lock, store, eventLog } = await openFolder(folder, log)
    const service = createService({
      config,
      store,
      eventLog,
      clock: systemClock,
      random: createRandom(),
      newId,
      fetch: fetchThrough(settings.WECOM_HTTP_PROXY),
      log,
      version,
    })
    const server = listen(service, config, log)
    service.start()

    const leave = async (signal: string) => {
      log.info('suited is leaving', { signal })
      service.leave()
      const late = systemClock.sleep(finishWithinMs)
      await Promise.race([server.stop(), late])
      await Promise.race([service.stop(), late])
      server.stop(true)
      lock.release()
      log.info('suited has left')
      process.exit(0)
    }
    // Before anybody is told that it listens, for that may be who ends it.
    process.once('SIGTERM', () => leave('SIGTERM'))
    process.once('SIGINT', () => leave('SIGINT'))

    for (const warning of config.warnings) log.warn(warning)
    const status = await service.readStatus()
    log.info('suited is listening', {
      version,
      url: server.url.origin,
      publicUrl: settings.SUITED_PUBLIC_URL,
      dataDir: folder,
      suites: status.suites.map(({ key, suiteId, ticketAgeSeconds, corps }) => ({
        key,
        suiteId,
        ticketAgeSeconds,
        authorized: corps.authorized,
      })),
    })
    for (const { detail, cure } of status.waiting) log.info(`waiting: ${detail}`, { cure })
  },
})
