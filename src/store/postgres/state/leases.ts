/** Leases as rows: of many that ask the database gives each to one, under a larger number. */
import type { Clock } from '../../../clock'
import type { Lease } from '../../lease'
import type { Store } from '../../store'
import type { Database } from '../connection/database'
import { moment, momentOf, ownerLives } from '../connection/moment'

/**
 * The number is taken when the row is locked, so it is larger than that of whoever had it before.
 * A row stays when its lease was given back: one that was made anew might get a smaller number.
 */
const take = `
INSERT INTO leases AS held (name, owner, fence, expires_at)
VALUES ($1, $2, nextval('fences'), ${moment(3)} + $4::bigint)
ON CONFLICT (name) DO UPDATE
SET owner = excluded.owner, fence = nextval('fences'), expires_at = excluded.expires_at
WHERE held.expires_at <= ${moment(3)} OR NOT ${ownerLives('held.owner', moment(3))}
RETURNING fence::float8 AS fence`

const extend = `
UPDATE leases SET expires_at = ${moment(3)} + $4::bigint
WHERE name = $1 AND fence = $2::bigint AND expires_at > ${moment(3)}
  AND ${ownerLives('owner', moment(3))}
RETURNING 1`

const release = 'UPDATE leases SET expires_at = 0 WHERE name = $1 AND fence = $2::bigint'

/**
 * @param clock null: the database's own
 * @param owner the id of this replica
 */
export const createLeaseRows = (parts: {
  database: Database
  clock: Clock | null
  owner: string
}): Pick<Store, 'acquireLease'> => {
  const { database, clock, owner } = parts

  const leaseOf = (name: string, fence: number): Lease => ({
    name,
    fence,
    async extend(ttlMs) {
      const values = [name, fence, momentOf(clock), ttlMs]
      return (await database.query(extend, values)).length > 0
    },
    async release() {
      await database.query(release, [name, fence])
    },
  })

  return {
    async acquireLease(name, ttlMs) {
      const values = [name, owner, momentOf(clock), ttlMs]
      const [taken] = await database.query<{ fence: number }>(take, values)
      return taken ? leaseOf(name, taken.fence) : null
    },
  }
}
