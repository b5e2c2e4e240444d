/** `--state FILE` of `suited simulate`: what is read at its start, and written while it runs. */
import { readFileSync } from 'node:fs'
import { secondMs, systemClock } from '../../clock'
import { reasonOf } from '../../errors'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import type { World } from '../../simulator/world/world'
import { errnoOf } from '../../store/driver/io-failure'
import { writeDurably } from '../../store/file/disk/durable-file'
import { type SavedWorld, textOfWorld, worldOfText } from './world-file'

const lookEveryMs = secondMs

/** What the operating system says of a path where no file can be, whatever the disk has to say. */
const wrongPath = [
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENAMETOOLONG',
  'ELOOP',
]

const isWrongPath = (error: unknown): boolean => wrongPath.includes(errnoOf(error) ?? '')

/**
 * What an earlier start left there; null if nothing did.
 *
 * @throws {StartFailure} it can't be read
 */
export const readWorld = (path: string): SavedWorld | null => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    return giveUp(exitCodes.badSettings, `The file of --state can't be read (${code}).`)
  }
  return (
    worldOfText(text) ??
    giveUp(
      exitCodes.badSettings,
      `The file of --state holds no world of this simulator and is left as it is: remove ${path} or name another one.`,
    )
  )
}

/**
 * Writes the world at once and whenever it has changed, for its owner alone.
 *
 * @returns what writes it a last time
 * @throws {StartFailure} it can't be written at first
 */
export const keepWorld = async (path: string, world: World): Promise<() => Promise<void>> => {
  let written = ''
  const save = async () => {
    const text = textOfWorld(world)
    if (text === written) return
    await writeDurably(
      path,
      (async function* () {
        yield new TextEncoder().encode(text)
      })(),
    )
    written = text
  }
  await save().catch((error) =>
    giveUp(
      isWrongPath(error) ? exitCodes.badSettings : exitCodes.failed,
      `The file of --state can't be written (${errnoOf(error) ?? reasonOf(error)}): ${path}`,
    ),
  )
  const tell = (error: unknown) =>
    process.stderr.write(`The file of --state can't be written: ${reasonOf(error)}\n`)
  let saving = Promise.resolve()
  const next = () => {
    saving = saving
      .then(save)
      .catch(tell)
      .then(() => undefined)
    return saving
  }
  const look = async () => {
    for (;;) {
      await systemClock.sleep(lookEveryMs)
      await next()
    }
  }
  void look()
  return next
}
