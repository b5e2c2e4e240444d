/** Whether a replica has the key of what is sealed in a row, as the database sees it. No I/O. */
import { keyIdLength, type Sealing, sealedMark } from '../../driver/sealing'
import { type List, texts } from '../connection/database'

/**
 * What stands in the column is in clear, or was sealed with a key of those that `keysAtHand` gives.
 *
 * @param column `bytea`, which may be null
 * @param parameter its number: 3 for `$3`
 */
export const isKeyAtHand = (column: string, parameter: number): string =>
  `(substring(${column} FROM 1 FOR ${sealedMark.length}) IS DISTINCT FROM '${sealedMark}'::bytea
    OR encode(substring(${column} FROM ${sealedMark.length + 1} FOR ${keyIdLength}), 'escape')
       = ANY ($${parameter}::text[]))`

/** The parameter for `isKeyAtHand`. */
export const keysAtHand = ({ keyIds }: Sealing): List => texts(keyIds)
