/**
 * Where state is kept: `file`, or the address of a database that replicas share. Pure. A failure
 * says what is wrong, never the value, which holds a password.
 */
import { fail, type Result, succeed } from './errors'

const example = 'postgres://user:password@host:5432/database'
const spelling = 'in its password # is written as %23, / as %2F, ? as %3F, @ as %40, % as %25'

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']
const parameters = ['sslmode', 'sslrootcert']

/** `host:5432` of several hosts that stand one after the other. */
const authorityOf = (url: string): string => /^[^:]*:\/\/([^/?#]*)/.exec(url)?.[1] ?? ''
const hostsOf = (authority: string): string => authority.slice(authority.lastIndexOf('@') + 1)

/** Whether each % begins what two digits spell: nobody could read the others. */
const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

const problemOf = (value: string): string | null => {
  if (!/^postgres(ql)?:\/\//.test(value)) return `must be file, or a PostgreSQL: ${example}`
  if (hostsOf(authorityOf(value)).includes(',')) {
    return 'names several hosts: give it one name, which follows the primary'
  }
  if (!URL.canParse(value) || value.includes('#')) return `must be like ${example}; ${spelling}`
  const { hostname, username, password, pathname, searchParams } = new URL(value)
  if (![username, password, pathname].every(isDecodable)) {
    return `has a % that spells nothing; ${spelling}`
  }
  if (hostname === '') return `names no host: it must be like ${example}`
  if (username === '') return `names no user: it must be like ${example}`
  if (!/^\/[^/]+$/.test(pathname)) return `names no database: it must end like ${example}`
  if ([...searchParams.keys()].some((name) => !parameters.includes(name))) {
    return `may have no other parameters than ${parameters.join(' and ')}`
  }
  const mode = searchParams.get('sslmode')
  return mode === null || sslModes.includes(mode)
    ? null
    : `has an unknown sslmode: it must be one of ${sslModes.join(', ')}`
}

/** `file`, or the address of a PostgreSQL with one host, a user and a database. */
export const judgeStore = (value: string): Result<string, string> => {
  const problem = value === 'file' ? null : problemOf(value)
  return problem === null ? succeed(value) : fail(problem)
}

/** Whether it is one that replicas share, and no folder. */
export const isDatabase = (store: string): boolean => store !== 'file'

export interface DatabaseAddress {
  /** With its port, where one is named. */
  readonly host: string
  readonly database: string
  /** Whether it is this machine, as far as its name tells. */
  readonly isLocal: boolean
  /** Whether the server has to prove that it is the one that is meant. */
  readonly isVerified: boolean
}

/** What of an address may be shown. */
export const databaseAddress = (url: string): DatabaseAddress => {
  const { host, hostname, pathname, searchParams } = new URL(url)
  return {
    host,
    database: decodeURIComponent(pathname.slice(1)),
    isLocal: /^(127\.|\[::1\]$|localhost$)/.test(hostname),
    isVerified: searchParams.get('sslmode') === 'verify-full',
  }
}

/** Where a database listens, its port told even where the address leaves it out. */
export const hostAndPort = (url: string): string => {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port || '5432'}`
}
