/** Where a consumer stands in the events of a suited, kept in a file from one run to the next. */
import { Database } from 'bun:sqlite'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { writeDurably } from '../../store/file/disk/durable-file'

export interface Position {
  /** The id of the last event that was dealt with; null: none. */
  readonly after: string | null
}

export interface KeptPosition {
  /** Undefined the first time. */
  load(): Position | undefined
  /** It is on the disk when this resolves. */
  save(position: Position): Promise<void>
}

const folderOf = ({ XDG_STATE_HOME: given }: NodeJS.ProcessEnv): string =>
  join(given?.startsWith('/') ? given : join(homedir(), '.local', 'state'), 'suited', 'consumers')

/** Names of consumers: they are names of files too. */
export const isConsumerName = (name: string): boolean => /^[A-Za-z0-9._-]{1,64}$/.test(name)

const inside = (path: string, text: string): Position => {
  try {
    const { after } = JSON.parse(text) as Position
    if (after === null || typeof after === 'string') return { after }
  } catch {
    // Said below.
  }
  return giveUp(
    exitCodes.failed,
    `${path} is damaged: remove it, and give --from to say where to begin.`,
  )
}

/**
 * Takes the position of a consumer for as long as this process lives.
 *
 * @param whose what it belongs to besides: the address of the service, the one that it is sent to
 * @param taken what to say where another process has it
 * @throws {StartFailure} another process has it, or there is no folder for it
 */
export const takePosition = (
  name: string,
  whose: readonly string[],
  taken: string,
): KeptPosition => {
  const folder = folderOf(process.env)
  const hash = createHash('sha256').update(JSON.stringify(whose)).digest('hex').slice(0, 16)
  const path = join(folder, `${name}.${hash}.json`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // A lock that ends with its process, however that ends.
    const lock = new Database(`${path}.lock`)
    lock.run('PRAGMA busy_timeout = 0')
    lock.run('BEGIN EXCLUSIVE')
    process.once('exit', () => lock.close())
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') {
      return giveUp(exitCodes.folderInUse, taken)
    }
    return giveUp(
      exitCodes.failed,
      `No position can be kept in ${folder}: make it writable, or set XDG_STATE_HOME.`,
    )
  }
  return {
    load() {
      try {
        return inside(path, readFileSync(path, 'utf8'))
      } catch (error) {
        if ((error as { code?: string }).code === 'ENOENT') return undefined
        throw error
      }
    },
    save: ({ after }) =>
      writeDurably(
        path,
        (async function* () {
          yield new TextEncoder().encode(`${JSON.stringify({ version: 1, whose, after })}\n`)
        })(),
      ),
  }
}
