import { readFile } from 'node:fs/promises'

const walHeaderBytes = 32
const frameHeaderBytes = 24

/**
 * How many transactions stand in a database's write-ahead log, by its file format: each frame is a
 * page, and the last frame of a transaction tells the size of the database after it.
 */
export const committedTransactions = async (path: string): Promise<number> => {
  const wal = await readFile(`${path}-wal`)
  const pageBytes = wal.readUInt32BE(8)
  const salt = wal.subarray(16, 24)
  let commits = 0
  for (
    let at = walHeaderBytes;
    at + frameHeaderBytes + pageBytes <= wal.length;
    at += frameHeaderBytes + pageBytes
  ) {
    const isOfThisLog = wal.subarray(at + 8, at + 16).equals(salt)
    if (isOfThisLog && wal.readUInt32BE(at + 4) > 0) commits++
  }
  return commits
}
