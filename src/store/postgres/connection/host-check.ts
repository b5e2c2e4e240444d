/** Whether the name of a database's host leads anywhere: the client calls both a refusal. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { ServiceError } from '../../../errors'
import { databaseAway } from './failure'

/** Asked of whoever failed to connect, at most once at a time. */
export type HostCheck = () => Promise<ServiceError | null>

/** @param url of the database */
export const createHostCheck = (url: string): HostCheck => {
  const host = new URL(url).hostname
  let underWay: Promise<ServiceError | null> | null = null

  const look = async (): Promise<ServiceError | null> => {
    try {
      await lookup(host)
      return null
    } catch {
      return databaseAway(
        `can’t be found: the name ${host} has no address. See SUITED_STORE, and the name servers of this machine`,
      )
    } finally {
      underWay = null
    }
  }

  return async () => {
    // An address needs no look, and one in brackets is one.
    if (isIP(host) !== 0 || host.startsWith('[')) return null
    underWay ??= look()
    return underWay
  }
}
