/**
 * The resealing of everything in a database with the current key, while replicas work on: a pass
 * that may be broken off and repeated.
 */
import type { Sealing } from '../../driver/sealing'
import type { Database } from '../connection/database'
import { resealEvents } from './events'
import { type Resealed, together } from './left-out'
import { resealRecords } from './records'
import { resealValues } from './values'

/** One pass: what a replica seals with another key meanwhile only the next one finds. */
export const resealDatabase = async (
  database: Pick<Database, 'query'>,
  sealing: Sealing,
): Promise<Resealed> =>
  together([
    ...(await resealRecords(database, sealing)),
    ...(await resealValues(database, sealing)),
    await resealEvents(database, sealing),
  ])
