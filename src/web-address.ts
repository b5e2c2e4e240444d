/**
 * Addresses and hosts of web sites, as operators enter them in settings, lists and requests. Pure.
 * A failure says what is wrong, never the value.
 */
import { fail, type Result, succeed } from './errors'

/** An address without query, fragment and credentials; no slash at its end. */
export const httpUrl = (value: string): Result<string, string> => {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    return fail('must be an address that begins with https:// or http://')
  }
  const { username, password, search, hash } = new URL(value)
  if (username || password || search || hash) {
    return fail('must be an address without user, query and fragment')
  }
  return succeed(value.replace(/\/+$/, ''))
}

/** The items of a list with commas. */
export const items = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** A host in lower case, Chinese names in Punycode. */
export const hostName =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/
const hostAndPort = /^(?<host>[^/?#@%\\\s:]+?|\[[0-9a-f:.]+\])\.?(?::(?<port>\d{1,5}))?$/

/** A host as a browser shows it, with the port that it is given; null if it is none. */
const shownHost = (entry: string): string | null => {
  const { host = '', port } = hostAndPort.exec(entry)?.groups ?? {}
  const hostname = URL.parse(`https://${host}`)?.hostname ?? ''
  if (!hostName.test(hostname) && !hostname.startsWith('[')) return null
  if (port === undefined) return hostname
  return Number(port) > 0 && Number(port) <= 65_535 ? `${hostname}:${Number(port)}` : null
}

/**
 * Hosts as a browser shows them, in lower case and with Chinese names in Punycode: no scheme, no
 * path, no wildcard.
 */
export const domains = (value: string): Result<string[], string> => {
  const hosts = items(value.toLowerCase()).map(shownHost)
  const wrong = hosts.indexOf(null)
  return wrong === -1
    ? succeed(hosts.filter((host) => host !== null))
    : fail(
        `entry ${wrong + 1} must be a plain host like crm.example.com, with a port from 1 to 65535 or none (no https://, path or *)`,
      )
}
