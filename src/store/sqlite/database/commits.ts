/**
 * The connection to a database file that stays in its place, and the commits on it: those of one
 * turn of the loop are one.
 */
import type { Database } from 'bun:sqlite'
import type { Clock } from '../../../clock'
import type { Logger } from '../../../log'
import { rememberPlace } from './file-in-place'
import { createGroupCommit } from './group-commit'
import { openConnection } from './sqlite-connection'
import { createWalPortion, type WalPortion } from './wal-portion'

/** @param parts.clock tells how long commits take */
export const openCommits = (parts: {
  path: string
  open(path: string): Database
  clock: Pick<Clock, 'now'>
  log: Logger
}) => {
  const { path, open, clock, log } = parts
  let assertInPlace = () => {}
  let portion: WalPortion
  const openInPlace = () => {
    const db = open(path)
    assertInPlace = rememberPlace(path)
    portion = createWalPortion(db)
    return db
  }
  const connection = openConnection(openInPlace, log)
  const { write: commit } = createGroupCommit({
    use: (work) =>
      connection.use((db) => {
        assertInPlace()
        const began = clock.now()
        const result = work(db)
        portion.committed(clock.now() - began)
        // A commit counts if the file was still there after it.
        assertInPlace()
        return result
      }),
  })
  return { connection, commit }
}
