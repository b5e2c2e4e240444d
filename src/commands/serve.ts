/** `suited serve`: the service on its port, with its state in its folder. */
import { isDeepStrictEqual } from 'node:util'
import { defineCommand } from 'citty'
import type { Config } from '../config/config'
import { reasonOf } from '../errors'
import { createLogger, type Logger } from '../log'
import { type RunningServer, startServer } from '../runtime/server'
import { openStorage } from '../runtime/storage/open-storage'
import type { Storage } from '../runtime/storage/storage'
import { openWaitingService } from '../runtime/waiting-service'
import { warningsFor } from '../runtime/warnings'
import { version } from '../version'
import { configOf, readSettings, settingFlags } from './cli/read-settings'
import { colouredErrors } from './cli/terminal'

const loggerFor = ({ settings }: Config): Logger =>
  createLogger({
    level: settings.SUITED_LOG_LEVEL,
    format: settings.SUITED_LOG_FORMAT ?? (process.stderr.isTTY ? 'pretty' : 'json'),
    now: Date.now,
    write: (line) => process.stderr.write(`${line}\n`),
    coloured: colouredErrors,
  })

const withWarnings = (config: Config, storage: Storage): Config => ({
  ...config,
  warnings: warningsFor(config, storage.warnings),
})

/** What can't be read stops what it describes and nothing else: then there is no status. */
const statusOf = ({ service }: RunningServer, log: Logger) =>
  service.readStatus().catch((error) => {
    log.error('the state can’t be read in full', { reason: reasonOf(error) })
    return null
  })

/** What is missing outside, and what to do about it. */
const logWaiting = async (running: RunningServer, log: Logger) => {
  const status = await statusOf(running, log)
  for (const { detail, cure } of status?.waiting ?? []) log.info(`waiting: ${detail}`, { cure })
}

/** The lines that an operator wants to see after a start. */
const logStart = async (
  running: RunningServer,
  config: Config,
  { place, shared }: Storage,
  log: Logger,
) => {
  const { origin, adminOrigin, sdkOrigin } = running
  for (const warning of config.warnings) log.warn(warning)
  const status = await statusOf(running, log)
  log.info('suited is listening', {
    version,
    url: origin,
    ...(adminOrigin && { adminUrl: adminOrigin }),
    ...(sdkOrigin && { sdkUrl: sdkOrigin }),
    publicUrl: config.settings.SUITED_PUBLIC_URL,
    ...place,
    ...(shared && { replica: shared.replicaId }),
    suites: status?.suites.map(({ key, suiteId, ticketAgeSeconds, corps }) => ({
      key,
      suiteId,
      ticketAgeSeconds,
      authorized: corps.authorized,
    })),
  })
  if (status) await logWaiting(running, log)
}

/** Settings that only a start can change. */
const fixed = [
  'SUITED_HOST',
  'SUITED_PORT',
  'SUITED_ADMIN_HOST',
  'SUITED_ADMIN_PORT',
  'SUITED_SDK_HOST',
  'SUITED_SDK_PORT',
  'SUITED_DATA_DIR',
  'SUITED_STORE',
  'SUITED_ENCRYPTION_KEY',
  'SUITED_PREVIOUS_ENCRYPTION_KEY',
  'SUITED_TLS_CERT',
  'SUITED_TLS_KEY',
  'SUITED_LOG_LEVEL',
  'SUITED_LOG_FORMAT',
] as const

/** Those of the start stay in force for everything, so that no part is ahead of the others. */
const withFixedOf = (start: Config, next: Config): Config => {
  const kept = fixed.map((name) => [name, start.settings[name]])
  return { ...next, settings: { ...next.settings, ...Object.fromEntries(kept) } }
}

const leaveSignals = ['SIGTERM', 'SIGINT'] as const

const args = settingFlags('serve')

export default defineCommand({
  meta: { name: 'serve', description: 'The service. Settings come from flags, environment, file.' },
  args,
  async run({ args: given }) {
    const flags = given as Record<string, string | undefined>
    const read = configOf(readSettings(flags))
    const log = loggerFor(read)
    // A database may keep us waiting, and there is nothing to finish yet.
    const leaveAtOnce = () => process.exit(0)
    for (const signal of leaveSignals) process.once(signal, leaveAtOnce)
    const storage = await openStorage(read.settings, log, () =>
      openWaitingService(read.settings, log),
    )
    for (const signal of leaveSignals) process.off(signal, leaveAtOnce)
    if (storage.becameUser !== null) {
      log.info('suited was started as root and goes on as the owner of the data folder', {
        user: storage.becameUser,
      })
    }
    const config = withWarnings(read, storage)
    const running = startServer(config, storage, log)

    const leave = async (signal: string) => {
      log.info('suited is leaving', { signal })
      await running.leave()
      log.info('suited has left')
      process.exit(0)
    }

    const readAgain = async () => {
      const read = readSettings(flags)
      if (!read.ok) {
        log.error('the settings are wrong and nothing was changed', {
          problems: read.reason.map(({ setting, problem }) => `${setting} ${problem}`),
        })
        return
      }
      const late = fixed.filter(
        (name) => !isDeepStrictEqual(read.value.settings[name], config.settings[name]),
      )
      const next = withWarnings(withFixedOf(config, read.value), storage)
      if (late.length > 0)
        log.warn('some settings count from the next start on', { settings: late })
      await running.change(next)
      for (const warning of next.warnings) log.warn(warning)
      log.info('the settings were read again')
      await logWaiting(running, log)
    }

    // Before anybody is told that it listens, for that may be who ends it.
    for (const signal of leaveSignals) process.once(signal, () => leave(signal))
    process.on('SIGHUP', readAgain)
    await logStart(running, config, storage, log)
  },
})
