/** `suited serve`: the service on its port, with its state in its folder. */
import { defineCommand } from 'citty'
import type { Config } from '../config/config'
import { createLogger, type Logger } from '../log'
import { openFolder } from './folder'
import { type Running, startRunning } from './running'
import { describeProblems, exitOnProblems, readSettings, settingFlags } from './settings'
import { refuseUnknownFlags } from './strict-flags'
import { version } from './version'
import { warningsFor } from './warnings'

const loggerFor = ({ settings }: Config): Logger =>
  createLogger({
    level: settings.SUITED_LOG_LEVEL,
    format: settings.SUITED_LOG_FORMAT ?? (process.stderr.isTTY ? 'pretty' : 'json'),
    now: Date.now,
    write: (line) => process.stderr.write(`${line}\n`),
  })

const withWarnings = (config: Config): Config => ({ ...config, warnings: warningsFor(config) })

/** The lines that an operator wants to see after a start. */
const tellStart = async (
  { service, origin, adminOrigin }: Running,
  config: Config,
  log: Logger,
) => {
  for (const warning of config.warnings) log.warn(warning)
  const status = await service.readStatus()
  log.info('suited is listening', {
    version,
    url: origin,
    ...(adminOrigin && { adminUrl: adminOrigin }),
    publicUrl: config.settings.SUITED_PUBLIC_URL,
    dataDir: config.settings.SUITED_DATA_DIR,
    suites: status.suites.map(({ key, suiteId, ticketAgeSeconds, corps }) => ({
      key,
      suiteId,
      ticketAgeSeconds,
      authorized: corps.authorized,
    })),
  })
  for (const { detail, cure } of status.waiting) log.info(`waiting: ${detail}`, { cure })
}

/** Settings that only a start can change. */
const fixed = [
  'SUITED_HOST',
  'SUITED_PORT',
  'SUITED_ADMIN_HOST',
  'SUITED_ADMIN_PORT',
  'SUITED_DATA_DIR',
  'SUITED_TLS_CERT',
  'SUITED_TLS_KEY',
  'SUITED_LOG_LEVEL',
  'SUITED_LOG_FORMAT',
] as const

export default defineCommand({
  meta: { name: 'serve', description: 'The service. Settings come from flags, environment, file.' },
  args: settingFlags,
  async run({ args, rawArgs }) {
    refuseUnknownFlags(rawArgs, settingFlags)
    const flags = args as Record<string, string | undefined>
    const config = withWarnings(exitOnProblems(readSettings(flags)))
    const log = loggerFor(config)
    const folder = await openFolder(config.settings.SUITED_DATA_DIR, log)
    const running = startRunning(config, folder, log)

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
          problems: describeProblems(read.reason),
        })
        return
      }
      const next = withWarnings(read.value)
      const late = fixed.filter((name) => next.settings[name] !== config.settings[name])
      if (late.length > 0)
        log.warn('some settings count from the next start on', { settings: late })
      await running.change(next)
      log.info('the settings were read again')
    }

    // Before anybody is told that it listens, for that may be who ends it.
    process.once('SIGTERM', () => leave('SIGTERM'))
    process.once('SIGINT', () => leave('SIGINT'))
    process.on('SIGHUP', readAgain)
    await tellStart(running, config, log)
  },
})
