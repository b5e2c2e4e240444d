/** Where a running service is found on this machine. */
import type { Config } from '../../config/config'

const everywhere = new Set(['0.0.0.0', '::'])

const onThisMachine = (host: string): string => {
  if (everywhere.has(host)) return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** Where the service that runs with these settings takes callbacks, seen from this machine. */
export const publicUrlOf = ({ settings }: Config): string => {
  const scheme = settings.SUITED_TLS_CERT === null ? 'http' : 'https'
  return `${scheme}://${onThisMachine(settings.SUITED_HOST)}:${settings.SUITED_PORT}`
}

/**
 * Where the service that runs with these settings answers operators.
 *
 * @param given what somebody says instead
 */
export const serviceUrl = (config: Config, given?: string): string => {
  if (given) return given.replace(/\/+$/, '')
  const { SUITED_ADMIN_HOST: adminHost, SUITED_ADMIN_PORT: adminPort } = config.settings
  if (adminPort !== null) return `http://${onThisMachine(adminHost ?? '127.0.0.1')}:${adminPort}`
  return publicUrlOf(config)
}
