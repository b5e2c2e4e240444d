/** The running service on this machine: its address, and what asking it needs. */
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

/** Whether a text is an address that can be asked or pushed to. */
export const isHttpAddress = (text: string): boolean =>
  /^https?:\/\//i.test(text) && URL.canParse(text)

/** Whether an address leads to this machine by its looks. */
export const isLoopback = (url: string): boolean =>
  /^(localhost|127\.[\d.]+|\[::1\])$/.test(URL.parse(url)?.hostname ?? '')

/**
 * What a request to this address needs beside it: on this machine the service is known by its
 * address, and its certificate is made out to another name.
 *
 * @param isOwn whether it is this machine's by its settings, whatever it looks like
 */
export const tlsTowards = (url: string, isOwn = false): { tls?: { rejectUnauthorized: false } } =>
  url.startsWith('https:') && (isOwn || isLoopback(url))
    ? { tls: { rejectUnauthorized: false } }
    : {}
