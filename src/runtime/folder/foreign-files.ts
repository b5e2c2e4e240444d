/** Files in a data folder that belong to another user than this process, which may not read them then. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { nameOfUser } from './folder-user'

const deepest = 3
const shown = 3

interface Stranger {
  readonly path: string
  readonly uid: number
}

const strangersBelow = function* (
  dir: string,
  below: string,
  me: number,
  depth: number,
): Generator<Stranger> {
  let names: string[]
  try {
    names = readdirSync(join(dir, below)).sort()
  } catch {
    return
  }
  for (const name of names) {
    const path = join(below, name)
    try {
      const found = lstatSync(join(dir, path))
      if (found.uid !== me) yield { path, uid: found.uid }
      if (found.isDirectory() && depth < deepest) yield* strangersBelow(dir, path, me, depth + 1)
    } catch {
      // Removed meanwhile.
    }
  }
}

/**
 * A sentence that names the first of them and how to give them back; null if there are none.
 *
 * @param me the user of this process; root reads everything
 */
export const describeStrangers = (dir: string, me: number | undefined): string | null => {
  if (me === undefined || me === 0) return null
  const strangers = [...strangersBelow(dir, '', me, 1)]
  const [first] = strangers
  if (first === undefined) return null
  const names = strangers.slice(0, shown).map(({ path }) => path)
  const more = strangers.length > shown ? ` and ${strangers.length - shown} more` : ''
  return `What is not of ${nameOfUser(me)} in it: ${names.join(', ')}${more}, of ${nameOfUser(first.uid)}. As root, give it back: chown -R ${nameOfUser(me)} ${dir}`
}
